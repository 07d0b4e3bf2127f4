import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const post = (path: string, body: unknown) => app.inject('POST', `/api${path}`, body, owner.key);
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** CPU rather than time: other suites share the machine. */
async function cpuSecondsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

test.each<[string, string, unknown]>([
  ['log lines that are none', '/logs/', many(90_000, { a: 1 })],
  ['a page of log lines with four mistakes each', '/logs/', many(20_000, { a: 1 })],
  ['ids that are none', '/flow_runs/filter', { flow_runs: { id: { any_: many(90_000, 'x') } } }],
  ['ids of the wrong type', '/flow_runs/filter', { flow_runs: { id: { any_: many(5_000, [1]) } } }],
  ['keys that do not belong', '/flows/', Object.fromEntries(many(19_000, 0).map((_, at) => [`k${at}`, at]))],
  ['roles that are none', '/events/count-by/event', { filter: { related: { role: many(90_000, []) } } }],
  ['a value of a megabyte', '/flows/', { name: 'x/'.repeat(500_000) }],
  ['a key of a megabyte', '/flows/', { name: 'a', ['k'.repeat(1_000_000)]: 1 }],
  ['a time of a megabyte', '/flow_runs/filter', { flow_runs: { start_time: { after_: 'x'.repeat(1_000_000) } } }],
  [
    'labels of the wrong type',
    '/flows/',
    { name: 'a', labels: Object.fromEntries(many(5_000, 0).map((_, at) => [`k${at}`, []])) },
  ],
  ['numbers in words', '/flow_runs/filter', { limit: 'x'.repeat(1_000_000) }],
])('%s are refused with at most fifty mistakes, in few words and little time', async (_what, path, body) => {
  let refused: Awaited<ReturnType<typeof post>> | undefined;
  const seconds = await cpuSecondsOf(async () => (refused = await post(path, body)));
  expect(refused!.status).toBe(422);
  expect(refused!.body.exception_detail.length).toBeLessThanOrEqual(50);
  expect(refused!.text.length).toBeLessThan(80_000);
  expect(seconds).toBeLessThan(10);
});

test('what names things that are not there, or that are, is told without repeating them', async () => {
  const long = `"${'x'.repeat(900_000)}`;
  const flow = await post('/flows/', { name: 'f' });
  const type = { name: 'taken', slug: 'taken' };
  const deployment = (await post('/deployments/', { name: 'd', flow_id: flow.body.id })).body;
  const answers = [
    await post('/flow_runs/', { flow_id: flow.body.id, work_pool_name: long }),
    await post('/flow_runs/', { flow_id: flow.body.id, work_queue_name: long }),
    await post('/deployments/', { name: 'a', flow_id: flow.body.id, work_pool_name: long }),
    await app.inject('PATCH', `/api/deployments/${deployment.id}`, { work_pool_name: long }, owner.key),
    ...(await Promise.all([1, 2].map(() => post('/block_types/', { ...type, name: long, slug: 'long' })))),
    await app.inject('POST', '/api/flows/', `{"name": ${long}`, owner.key),
  ];
  const refused = answers.filter(({ status }) => status >= 400);
  expect(refused.length).toBeGreaterThanOrEqual(5);
  for (const { text } of refused) expect(text.length).toBeLessThan(40_000);
});

test('a list that is too long says how long it may be, before anything is said of its items', async () => {
  const { body } = await post('/flow_runs/filter', { flow_runs: { tags: { all_: many(5_001, 1) } } });
  expect(body.exception_detail).toEqual([
    {
      type: 'too_long',
      loc: ['body', 'flow_runs', 'tags', 'all_'],
      msg: 'List should have at most 5000 items after validation, not 5001',
      input: null,
      ctx: { field_type: 'List', max_length: 5000, actual_length: 5001 },
    },
  ]);
});

test('a short request comes back whole with what is wrong in it', async () => {
  const body = { name: 'a', labels: 1 };
  const refused = await post('/flows/', body);
  expect(refused.body).toMatchObject({ exception_detail: [{ loc: ['body', 'labels'], input: 1 }], request_body: body });
});

test('many values in a lax spelling are still read', async () => {
  const lines = many(500, { name: 'a', level: '20', message: 'm', timestamp: '2026-11-29T00:00:00.000000Z' });
  expect((await post('/logs/', lines)).status).toBe(201);
});

test.each<[string, (keys: object) => object]>([
  ['a filter', (flows) => ({ flows })],
  ['a list', (any_) => ({ flows: { id: { any_ } } })],
])('keys that do not belong in %s cost little more than to parse them', async (_what, inside) => {
  const body = inside(Object.fromEntries(many(19_000, 0).map((_, at) => [`k${at}`, at])));
  const text = JSON.stringify(body);
  // What else the process does at that time is counted with it: so once is enough.
  await until('it costs little more', async () => {
    const parse = await cpuSecondsOf(async () => JSON.parse(text));
    const refuse = await cpuSecondsOf(async () => expect((await post('/flows/filter', body)).status).toBe(422));
    return refuse / parse < 6;
  });
});

test('a name that is too long for an index is refused', async () => {
  const flow_id = (await post('/flows/', { name: 'has-schedules' })).body.id;
  const slug = randomBytes(20_000).toString('hex');
  const schedules = [{ schedule: { interval: 60 }, slug }];
  const refused = await post('/deployments/', { name: 'd', flow_id, schedules });
  expect(refused.status).toBe(422);
  const id = (await post('/deployments/', { name: 'd', flow_id })).body.id;
  expect((await post(`/deployments/${id}/schedules`, schedules)).status).toBe(422);
});

test('what holds too many values, or too many different keys, is refused at every door with the bound, and in little time', async () => {
  const flow = await post('/flows/', { name: 'bounds' });
  const lists = many(1_700_000, []);
  const keys = Object.fromEntries(many(300_000, 0).map((_, at) => [`k${at}`, at]));
  const doors: [string, (content: unknown) => unknown][] = [
    ['/flows/filter', (content) => ({ flows: content })],
    ['/artifacts/', (data) => ({ key: 'a', type: 'x', data })],
    ['/deployments/', (of) => ({ name: 'd', flow_id: flow.body.id, job_variables: { of } })],
    ['/logs/', (content) => content],
    ['/events', (of) => [{ id: crypto.randomUUID(), event: 'e', payload: { of } }]],
  ];
  for (const [path, body] of doors)
    for (const [content, words] of [
      [lists, `JSON holds more than ${path === '/logs/' ? '200' : '100'},000 values.`],
      [keys, `JSON holds more than ${path === '/logs/' ? '100' : '20,000'} different keys.`],
    ] as const) {
      const text = JSON.stringify(body(content));
      let refused: Awaited<ReturnType<typeof post>> | undefined;
      const seconds = await cpuSecondsOf(
        async () => (refused = await app.inject('POST', `/api${path}`, text, owner.key)),
      );
      expect.soft([refused!.status, refused!.body], path).toEqual([413, { detail: words }]);
      expect.soft(seconds, path).toBeLessThan(3);
    }
  expect((await post('/artifacts/count', {})).body).toBe(0);
});

test('the largest batch of log lines is within the bounds', async () => {
  const timestamp = new Date().toISOString();
  const id = crypto.randomUUID();
  const line = { name: 'n', level: 20, message: 'm', timestamp, flow_run_id: id, task_run_id: id, worker_id: null };
  const lines = many(20_000, line);
  expect((await app.inject('POST', '/api/logs/', JSON.stringify(lines), owner.key)).status).toBe(201);
});
