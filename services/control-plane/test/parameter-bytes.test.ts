import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let ids: { flow: string; run: string; deployment: string; schedule: string };
const call = (method: 'POST' | 'PATCH', path: string, body: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const flow = (await call('POST', '/flows/', { name: 'big' })).body.id;
  const run = (await call('POST', '/flow_runs/', { flow_id: flow })).body.id;
  const schedules = [{ schedule: { interval: 3600 }, active: false }];
  const made = (await call('POST', '/deployments/', { name: 'big', flow_id: flow, schedules })).body;
  ids = { flow, run, deployment: made.id, schedule: made.schedules[0].id };
});
afterAll(() => app.close());

/** `{"data":"…"}` of so many bytes. */
const ofBytes = (bytes: number) => ({ data: 'x'.repeat(bytes - 11) });
const bytesMax = 512 * 1024;

const doors: Record<string, (parameters: object) => ReturnType<typeof call>> = {
  'a new run': (parameters) => call('POST', '/flow_runs/', { flow_id: ids.flow, parameters }),
  'an edited run': (parameters) => call('PATCH', `/flow_runs/${ids.run}`, { parameters }),
  'a run of a deployment': (parameters) =>
    call('POST', `/deployments/${ids.deployment}/create_flow_run`, { parameters }),
  'runs of a deployment, in bulk': (parameters) =>
    call('POST', `/deployments/${ids.deployment}/create_flow_run/bulk`, [{ parameters }]),
  'runs of a deployment, by the thousand': (parameters) =>
    call('POST', `/headgate/deployments/${ids.deployment}/flow_runs`, { flow_runs: [{ parameters }] }),
  'a new deployment': (parameters) => call('POST', '/deployments/', { name: 'new', flow_id: ids.flow, parameters }),
  'an edited deployment': (parameters) => call('PATCH', `/deployments/${ids.deployment}`, { parameters }),
  'a schedule of a new deployment': (parameters) =>
    call('POST', '/deployments/', {
      name: 'scheduled',
      flow_id: ids.flow,
      schedules: [{ schedule: { interval: 3600 }, active: false, parameters }],
    }),
  'a new schedule': (parameters) =>
    call('POST', `/deployments/${ids.deployment}/schedules`, [
      { schedule: { interval: 7200 }, active: false, parameters },
    ]),
  'an edited schedule': (parameters) =>
    call('PATCH', `/deployments/${ids.deployment}/schedules/${ids.schedule}`, { parameters }),
};

test.for(Object.entries(doors))('%s has parameters of 512 KiB, and no more', async ([, door]) => {
  const refused = await door(ofBytes(bytesMax + 1));
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({
    exception_message: 'Invalid request received.',
    exception_detail: [
      {
        type: 'value_error',
        msg: 'Value error, Flow run parameters must be less than 524,288 bytes when serialized (got 524,289 bytes).',
      },
    ],
  });
  expect((await door(ofBytes(bytesMax))).status).toBeLessThan(300);
});
