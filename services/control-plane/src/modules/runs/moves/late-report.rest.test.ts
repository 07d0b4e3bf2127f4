import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let flow: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await call('POST', '/flows/', { name: 'late' })).body.id;
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.inject(method, `/api${path}`, body, owner.key, headers);
const ago = (seconds: number | string) => ({ 'x-headgate-seconds-ago': String(seconds) });
const report = (id: string, type: string, headers = {}, more = {}) =>
  call('POST', `/flow_runs/${id}/set_state`, { state: { type }, ...more }, headers);
/** A run that began so many seconds ago. */
async function begun(seconds: number, more: object = {}): Promise<string> {
  const { id } = (await call('POST', '/flow_runs/', { flow_id: flow, state: { type: 'PENDING' }, ...more })).body;
  await report(id, 'RUNNING');
  await app.db.sql.query(
    `update flow_run set start_time = now() - $2 * interval '1 second',
            state = jsonb_set(state::jsonb, '{timestamp}', to_jsonb(to_char((now() - $2 * interval '1 second') at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
      where id = $1`,
    [id, seconds],
  );
  return id;
}
const secondsSince = (time: string) => (Date.now() - Date.parse(time)) / 1000;
const about = (seconds: number, given: number) => {
  expect(given).toBeGreaterThan(seconds - 25);
  expect(given).toBeLessThan(seconds + 25);
};

test('a report that comes late stands at the time at which it happened: the state, its event, the end and the duration', async () => {
  const id = await begun(600);
  const { status, body } = await report(id, 'COMPLETED', ago(400));
  expect([status, body.status]).toEqual([201, 'ACCEPT']);
  about(400, secondsSince(body.state.timestamp));
  const run = (await call('GET', `/flow_runs/${id}`)).body;
  expect([run.end_time, run.state.timestamp]).toEqual([body.state.timestamp, body.state.timestamp]);
  about(200, run.total_run_time);
  const filter = { event: { name: ['prefect.flow-run.Completed'] }, any_resource: { id: [`prefect.flow-run.${id}`] } };
  const [event] = (await call('POST', '/events/filter', { filter })).body.events;
  expect(Date.parse(event.occurred)).toBe(Date.parse(body.state.timestamp));
});

test('nothing happens before what is known of the run, however long ago it is said to be', async () => {
  for (const seconds of [1e6, 1e300]) {
    const { body } = await report(await begun(60), 'COMPLETED', ago(seconds));
    about(60, secondsSince(body.state.timestamp));
  }
  const { id } = (await call('POST', '/flow_runs/', { flow_id: flow, state: { type: 'PENDING' } })).body;
  await report(id, 'RUNNING');
  await report(id, 'COMPLETED', ago(3_600));
  const history = (await call('GET', `/flow_run_states/?flow_run_id=${id}`)).body;
  expect(history.map(({ type }: { type: string }) => type)).toEqual(['PENDING', 'RUNNING', 'COMPLETED']);
});

test('what the control plane puts in place of a late report happens now', async () => {
  const id = await begun(600, { empirical_policy: { retries: 1, retry_delay: 30 } });
  const { body } = await report(id, 'FAILED', ago(400));
  expect(body.state).toMatchObject({ type: 'SCHEDULED', name: 'AwaitingRetry' });
  about(0, secondsSince(body.state.timestamp));
  about(-30, secondsSince(body.state.state_details.scheduled_time));
});

test('a run that was given up ends when it ended, if its last word comes late', async () => {
  const id = await begun(600);
  await report(id, 'CRASHED', {}, { force: true });
  about(600, (await call('GET', `/flow_runs/${id}`)).body.total_run_time);
  expect((await report(id, 'COMPLETED', ago(500), { force: true })).body.status).toBe('ACCEPT');
  const run = (await call('GET', `/flow_runs/${id}`)).body;
  about(500, secondsSince(run.end_time));
  about(100, run.total_run_time);
});

test('who says nothing of the time, or that it is now, is believed at once; what is no time is refused', async () => {
  for (const headers of [{}, ago(0), ago('')]) {
    const { body } = await report(await begun(60), 'COMPLETED', headers);
    about(0, secondsSince(body.state.timestamp));
  }
  for (const wrong of ['-1', 'x', 'NaN', 'Infinity', '1e400']) {
    const id = await begun(60);
    const { status, text } = await report(id, 'COMPLETED', ago(wrong));
    expect.soft([status, text], wrong).toEqual([422, expect.stringContaining('has to be a number of seconds')]);
    expect((await call('GET', `/flow_runs/${id}`)).body.state_type).toBe('RUNNING');
  }
});
