import type { Stage } from './stage';

export const big = '12345678901234567890';

const runParameters = {
  type: 'object',
  required: ['day'],
  properties: {
    day: { type: 'string', format: 'date', title: 'Day', position: 0 },
    count: { type: 'integer', title: 'Count', minimum: 1, maximum: 5000, default: 10, position: 1 },
    token: { type: 'string', format: 'password', writeOnly: true, title: 'Token', position: 2 },
    ids: { type: 'array', items: { type: 'integer' }, title: 'Ids', position: 3 },
    options: {
      type: 'object',
      title: 'Options',
      position: 4,
      properties: {
        dry: { type: 'boolean', title: 'Dry run', default: false },
        note: { type: 'string', title: 'Note' },
      },
    },
    target: {
      title: 'Target',
      position: 5,
      anyOf: [
        { type: 'string', title: 'Name' },
        { type: 'integer', title: 'Number' },
      ],
    },
  },
};

/** A small company: what the tests of pages look at. */
export async function seed(stage: Stage) {
  const [bulk, orders, lateFlow] = await Promise.all(['bulk', 'load-orders', 'punctual'].map(stage.flow));
  // A default that JavaScript cannot hold goes as text.
  const schema = JSON.stringify(runParameters).replace(
    '"properties":{"day"',
    `"properties":{"serial":{"type":"integer","title":"Serial","default":${big},"position":9},"day"`,
  );
  const backfill = JSON.parse(
    await stage.text(
      'POST',
      '/deployments/',
      `{"name":"backfill","flow_id":"${orders}","enforce_parameter_schema":true,"description":"# Backfill\\n\\nLoads **one** day.","parameter_openapi_schema":${schema}}`,
    ),
  ) as { id: string };
  const nightly = await stage.post('/deployments/', { name: 'nightly', flow_id: orders });
  const late = await stage.post('/deployments/', { name: 'late', flow_id: lateFlow });
  await stage.post(`/deployments/${late.id}/create_flow_run`, {
    state: { type: 'SCHEDULED', state_details: { scheduled_time: '2026-01-01T00:00:00Z' } },
  });
  await stage.post('/work_pools/', { name: 'slow-to-start', type: 'kubernetes' });
  await inTurns(140, () => stage.run(bulk!, 'COMPLETED'));
  const nested = await stage.run(orders!, 'RUNNING');
  const tasks = await inTurns(60, (at) => newTask(stage, nested.id, at));
  await tellOfTask(stage, nested.id, tasks[0]!);
  for (const type of ['FAILED', 'CRASHED', 'CANCELLED']) await stage.run(orders!, type);
  return { bulk: bulk!, orders: orders!, backfill: backfill.id, nightly: nightly.id, run: nested.id, task: tasks[0]! };
}

export type Seeded = Awaited<ReturnType<typeof seed>>;

/** A few at a time: a workspace may not flood its neighbours. */
async function inTurns<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += 10)
    made.push(...(await Promise.all(Array.from({ length: Math.min(10, count - from) }, (_, at) => make(from + at)))));
  return made;
}

async function newTask(stage: Stage, flow_run_id: string, at: number): Promise<string> {
  const { id } = await stage.post('/task_runs/', {
    flow_run_id,
    name: `load-${at}`,
    task_key: 'load',
    dynamic_key: String(at),
    task_inputs: { day: [{ input_type: 'parameter', name: 'day' }] },
    state: { type: 'PENDING' },
  });
  // The first goes on, so that the axis of time grows.
  await stage.post(`/task_runs/${id}/set_state`, { state: { type: 'RUNNING' }, force: true });
  if (at > 0) await stage.post(`/task_runs/${id}/set_state`, { state: { type: 'COMPLETED' }, force: true });
  return id;
}

async function tellOfTask(stage: Stage, flow_run_id: string, task_run_id: string): Promise<void> {
  const line = { name: 'prefect.task_runs', level: 20, timestamp: new Date().toISOString(), flow_run_id };
  await stage.text('POST', '/logs/', [
    { ...line, message: 'a line of the flow' },
    { ...line, message: 'a line of the task', task_run_id },
  ]);
  const data = [
    '# Water report',
    'The level is **rising**: <script>window.broken = 1</script> <img src=x onerror="window.broken = 1">',
    '![map](https://pictures.example/map.png) [bad](javascript:window.broken=1)',
    '| place | cm |\n|---|---|\n| Basel | 612 |',
  ].join('\n\n');
  await stage.post('/artifacts/', { key: 'water', type: 'markdown', data, flow_run_id, task_run_id });
  await stage.post('/artifacts/', { type: 'image', data: 'https://pictures.example/a.png', flow_run_id });
}
