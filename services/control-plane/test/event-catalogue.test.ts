import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Loops } from '../src/core/loops/loops.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { made, type Http } from './property/http.js';
import { workspaceHttp } from './property/workspace.js';

/** Every change of which a Prefect server tells (protocol.md 8.1) is told of here, once, whichever way it is made. */
let app: TestApp;
let owner: Tenant;
let http: Http;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  http = workspaceHttp(app, owner);
});
afterAll(() => app.close());

type Told = { id: string };
const post = (path: string, body: object = {}): Promise<any> => made(http('POST', path, body));
const patch = (path: string, body: object) => made(http('PATCH', path, body));
const remove = (path: string) => made(http('DELETE', path));
const fresh = () => `n${randomUUID().slice(0, 8)}`;
const loop = (name: string) => app.app.get(Loops).pass(name);
const sql = (text: string, id: string) => app.db.sql.query(text, [id]);

const flow = () => post('/flows/', { name: fresh() });
const pool = () => post('/work_pools/', { name: fresh(), type: 'process' });
const variable = () => post('/variables/', { name: fresh(), value: 1 });
const blockType = () => post('/block_types/', { name: fresh(), slug: fresh() });
const limit = () => post('/v2/concurrency_limits/', { name: fresh(), limit: 2 });
const tagLimit = () => post('/concurrency_limits/', { tag: fresh(), concurrency_limit: 2 });
const deployment = async (more: object = {}) =>
  post('/deployments/', { name: fresh(), flow_id: (await flow()).id, ...more });
const flowRun = async (more: object = {}) => post('/flow_runs/', { flow_id: (await flow()).id, ...more });
const scheduled = { state: { type: 'SCHEDULED' } };
const taskRun = () => post('/task_runs/', { task_key: 't', dynamic_key: randomUUID() });
async function queue() {
  const { name } = await pool();
  return { ...(await post(`/work_pools/${name}/queues`, { name: fresh() })), at: `/work_pools/${name}/queues` };
}
async function block() {
  const type = await blockType();
  const schema = await post('/block_schemas/', { block_type_id: type.id, fields: {}, capabilities: [] });
  return post('/block_documents/', {
    name: fresh(),
    block_type_id: type.id,
    block_schema_id: schema.id,
    data: { colour: 'red' },
  });
}
async function artifact(key = fresh()) {
  const { id: artifactId } = await post('/artifacts/', { key, type: 'markdown', data: 'x' });
  return { id: key, artifactId: artifactId as string };
}
const after = async <T extends Told>(thing: Promise<T>, change: (thing: T) => Promise<unknown>): Promise<T> => {
  const it = await thing;
  await change(it);
  return it;
};

/** A change, by each of its ways, and the event by which it is told. */
const catalogue: [event: string, way: string, change: () => Promise<Told>][] = [
  ['flow.created', 'POST', flow],
  ['flow.updated', 'PATCH', () => after(flow(), ({ id }) => patch(`/flows/${id}`, { tags: ['t'] }))],
  ['flow.deleted', 'DELETE', () => after(flow(), ({ id }) => remove(`/flows/${id}`))],
  [
    'flow.deleted',
    'bulk',
    () => after(flow(), ({ id }) => post('/flows/bulk_delete', { flows: { id: { any_: [id] } } })),
  ],

  ['deployment.created', 'POST', deployment],
  [
    'deployment.updated',
    'PATCH',
    () => after(deployment(), ({ id }) => patch(`/deployments/${id}`, { description: 'd' })),
  ],
  [
    'deployment.updated',
    'deploying again',
    () =>
      after(deployment(), ({ name, flow_id }: any) => post('/deployments/', { name, flow_id, description: 'again' })),
  ],
  ['deployment.updated', 'pausing', () => after(deployment(), ({ id }) => post(`/deployments/${id}/pause_deployment`))],
  ['deployment.deleted', 'DELETE', () => after(deployment(), ({ id }) => remove(`/deployments/${id}`))],
  [
    'deployment.deleted',
    'bulk',
    () => after(deployment(), ({ id }) => post('/deployments/bulk_delete', { deployments: { id: { any_: [id] } } })),
  ],
  [
    'deployment.ready',
    'a poll',
    () => after(deployment(), ({ id }) => post('/deployments/get_scheduled_flow_runs', { deployment_ids: [id] })),
  ],
  [
    'deployment.not-ready',
    'silence',
    () =>
      after(deployment(), async ({ id }) => {
        await post('/deployments/get_scheduled_flow_runs', { deployment_ids: [id] });
        await sql("update deployment set last_polled = now() - interval '61 seconds' where id = $1", id);
        await loop('mark-unpolled-deployments');
      }),
  ],

  ['work-pool.created', 'POST', pool],
  [
    'work-pool.updated',
    'PATCH',
    () => after(pool(), ({ name }: any) => patch(`/work_pools/${name}`, { description: 'd' })),
  ],
  ['work-pool.deleted', 'DELETE', () => after(pool(), ({ name }: any) => remove(`/work_pools/${name}`))],
  [
    'work-pool.paused',
    'PATCH',
    () => after(pool(), ({ name }: any) => patch(`/work_pools/${name}`, { is_paused: true })),
  ],
  ['work-pool.not-ready', 'being new', pool],
  [
    'work-pool.ready',
    'a worker',
    () => after(pool(), ({ name }: any) => made(http('POST', `/work_pools/${name}/workers/heartbeat`, { name: 'w' }))),
  ],

  ['work-queue.created', 'POST', queue],
  [
    'work-queue.updated',
    'PATCH',
    () => after(queue(), ({ at, name }: any) => patch(`${at}/${name}`, { description: 'd' })),
  ],
  ['work-queue.deleted', 'DELETE', () => after(queue(), ({ at, name }: any) => remove(`${at}/${name}`))],
  [
    'work-queue.paused',
    'PATCH',
    () => after(queue(), ({ at, name }: any) => patch(`${at}/${name}`, { is_paused: true })),
  ],
  ['work-queue.ready', 'a poll', () => after(queue(), ({ id }) => post(`/work_queues/${id}/get_runs`))],
  [
    'work-queue.not-ready',
    'silence',
    () =>
      after(queue(), async ({ id }) => {
        await post(`/work_queues/${id}/get_runs`);
        await sql("update work_queue set last_polled = now() - interval '61 seconds' where id = $1", id);
        await loop('mark-unpolled-queues');
      }),
  ],

  ['variable.created', 'POST', variable],
  ['variable.updated', 'PATCH', () => after(variable(), ({ id }) => patch(`/variables/${id}`, { value: 2 }))],
  [
    'variable.updated',
    'PATCH by name',
    () => after(variable(), ({ name }: any) => patch(`/variables/name/${name}`, { value: 2 })),
  ],
  ['variable.deleted', 'DELETE', () => after(variable(), ({ id }) => remove(`/variables/${id}`))],
  ['variable.deleted', 'DELETE by name', () => after(variable(), ({ name }: any) => remove(`/variables/name/${name}`))],

  ['block-type.created', 'POST', blockType],
  [
    'block-type.updated',
    'PATCH',
    () => after(blockType(), ({ id }) => patch(`/block_types/${id}`, { description: 'other' })),
  ],
  ['block-type.deleted', 'DELETE', () => after(blockType(), ({ id }) => remove(`/block_types/${id}`))],
  ['block-document.created', 'POST', block],
  [
    'block-document.updated',
    'PATCH',
    () => after(block(), ({ id }) => patch(`/block_documents/${id}`, { data: { colour: 'blue' } })),
  ],
  ['block-document.deleted', 'DELETE', () => after(block(), ({ id }) => remove(`/block_documents/${id}`))],

  ['concurrency-limit.created', 'POST', limit],
  [
    'concurrency-limit.updated',
    'PATCH',
    () => after(limit(), ({ id }) => patch(`/v2/concurrency_limits/${id}`, { limit: 3 })),
  ],
  ['concurrency-limit.deleted', 'DELETE', () => after(limit(), ({ id }) => remove(`/v2/concurrency_limits/${id}`))],
  ['concurrency-limit.created', 'a tag', tagLimit],
  [
    'concurrency-limit.updated',
    'a tag',
    () => after(tagLimit(), ({ tag }: any) => post('/concurrency_limits/', { tag, concurrency_limit: 5 })),
  ],
  ['concurrency-limit.deleted', 'a tag', () => after(tagLimit(), ({ id }) => remove(`/concurrency_limits/${id}`))],
  [
    'concurrency-limit.deleted',
    'a tag by its name',
    () => after(tagLimit(), ({ tag }: any) => remove(`/concurrency_limits/tag/${tag}`)),
  ],

  ['artifact-collection.created', 'POST', artifact],
  ['artifact-collection.updated', 'a second', () => after(artifact(), ({ id }) => artifact(id))],
  [
    'artifact-collection.updated',
    'deleting the newest of two',
    async () => {
      const { id: key } = await artifact();
      const newest = await post('/artifacts/', { key, data: 'y' });
      // Making it was told already.
      await sql("delete from event where resource_id = 'prefect.artifact-collection.' || $1", key);
      await remove(`/artifacts/${newest.id}`);
      return { id: key };
    },
  ],
  [
    'artifact-collection.deleted',
    'DELETE of the last',
    () => after(artifact(), ({ artifactId }) => remove(`/artifacts/${artifactId}`)),
  ],

  ...(
    [
      ['Late', 'SCHEDULED'],
      ['AwaitingRetry', 'SCHEDULED'],
      ['AwaitingConcurrencySlot', 'SCHEDULED'],
      ['Pending', 'PENDING'],
      ['Running', 'RUNNING'],
      ['Retrying', 'RUNNING'],
      ['Paused', 'PAUSED'],
      ['Suspended', 'PAUSED'],
      ['Cancelling', 'CANCELLING'],
      ['Cancelled', 'CANCELLED'],
      ['Completed', 'COMPLETED'],
      ['Cached', 'COMPLETED'],
      ['RolledBack', 'COMPLETED'],
      ['Failed', 'FAILED'],
      ['TimedOut', 'FAILED'],
      ['Crashed', 'CRASHED'],
    ] as const
  ).flatMap(([name, type]): typeof catalogue => [
    [
      `flow-run.${name}`,
      'a state',
      () =>
        // What has not begun is cancelled at once.
        after(flowRun(type === 'CANCELLING' ? { state: { type: 'RUNNING' } } : scheduled), ({ id }) =>
          post(`/flow_runs/${id}/set_state`, { state: { type, name }, force: true }),
        ),
    ],
    [
      `task-run.${name}`,
      'a state',
      () => after(taskRun(), ({ id }) => post(`/task_runs/${id}/set_state`, { state: { type, name }, force: true })),
    ],
  ]),
  ['flow-run.Scheduled', 'being new', () => flowRun(scheduled)],
  ['flow-run.Scheduled', 'a deployment', async () => post(`/deployments/${(await deployment()).id}/create_flow_run`)],
  [
    'flow-run.Cancelled',
    'bulk',
    () =>
      after(flowRun(), ({ id }) =>
        post('/flow_runs/bulk_set_state', {
          flow_runs: { id: { any_: [id] } },
          state: { type: 'CANCELLED', name: 'Cancelled' },
          force: true,
        }),
      ),
  ],
  [
    'flow-run.Running',
    'resuming',
    () =>
      after(flowRun(), async ({ id }) => {
        await post(`/flow_runs/${id}/set_state`, { state: { type: 'RUNNING' } });
        await post(`/flow_runs/${id}/set_state`, {
          state: { type: 'PAUSED', state_details: { pause_timeout: '2199-01-01T00:00:00Z' } },
        });
        await sql(
          "delete from event where event = 'prefect.flow-run.Running' and resource_id = 'prefect.flow-run.' || $1",
          id,
        );
        await post(`/flow_runs/${id}/resume`);
      }),
  ],
];

test.for(catalogue)('prefect.%s is told once, by %s', async ([event, , change]) => {
  const { id } = await change();
  const resource = `prefect.${event.split('.')[0]}.${id}`;
  const { events } = await post('/events/filter', { filter: { resource: { id: [resource] } }, limit: 50 });
  const names = events.map((each: { event: string }) => each.event);
  expect(names.filter((name: string) => name === `prefect.${event}`)).toEqual([`prefect.${event}`]);
  expect(events[0].resource['prefect.resource.id']).toBe(resource);
});
