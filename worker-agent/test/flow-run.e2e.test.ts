import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, type TestAccount, type TestSystem } from '@headgate/testkit';
import { AgentProgram } from './agent-process.js';
import { Workspace } from './workspace.js';

let system: TestSystem;
let account: TestAccount;
let agent: AgentProgram;
let workspace: Workspace;

beforeAll(async () => {
  system = await startSystem({ loops: false });
  account = await signUp(system.url);
  workspace = new Workspace(account);
  await account.api('POST', '/work_pools/', { name: 'main', type: 'process' });
  agent = await AgentProgram.loggedIn(system.url, account);
});
afterAll(() => system?.stop());

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const setState = (id: string, state: object) =>
  account.api('POST', `/flow_runs/${id}/set_state`, { state, force: true });
/** A run of a script, which no deployment has. */
async function ofScript(name: string): Promise<string> {
  const flow = await account.api<{ id: string }>('POST', '/flows/', { name: 'script' });
  const run = { name, flow_id: flow.id, state: { type: 'RUNNING' } };
  return (await account.api<{ id: string }>('POST', '/flow_runs/', run)).id;
}

test('runs are listed newest first, and those to come below them, soonest first', async () => {
  const deployment = await workspace.deploy('ordered/here', { entrypoint: 'a.ts:b' });
  const due = (name: string, scheduled_time: string) =>
    workspace.startRun(deployment, { name, state: { type: 'SCHEDULED', state_details: { scheduled_time } } });
  await due('far', inHours(500));
  await due('soon', inHours(25));
  await due('waits', inHours(-2));
  await setState(await due('begun', inHours(-3)), { type: 'RUNNING' });
  const listed = await agent.expect('flow-run', 'ls', '--flow', 'ordered');
  const names = (text: string) => [...text.matchAll(/^(far|soon|waits|begun) /gm)].map(([, name]) => name);
  expect(names(listed)).toEqual(['begun', 'waits', 'soon', 'far']);
  expect(listed).toMatch(/begun .* (?:just now|ago) .*\n.*due 2 hr ago.*\n.*due in 1 day.*\n.*due in 21 days/);
  expect(names(await agent.expect('flow-run', 'ls', '--flow', 'ordered', '-n', '1'))).toEqual(['begun']);
});

test('what names, messages and lines say to a terminal is seen and not obeyed; JSON has it whole', async () => {
  const name = 'sly\u001b]0;mine\u0007\u202eotter';
  const run = await ofScript(name);
  await setState(run, { type: 'FAILED', message: 'gone\u001b[2J\u0008wrong' });
  const line = { name: 'x', level: 20, timestamp: new Date().toISOString(), flow_run_id: run };
  await account.api('POST', '/logs/', [
    { ...line, message: 'be\u001b[2Kfore\u001b]52;c;aGk=\u0007 \u001b[31mred\rover' },
  ]);
  const shown = String.raw`sly\x1b]0;mine\x07\u202eotter`;
  const listed = await agent.expect('flow-run', 'ls', '-n', '200');
  const inspected = await agent.expect('flow-run', 'inspect', run);
  const logs = await agent.expect('flow-run', 'logs', run);
  expect(listed).toContain(shown);
  expect(inspected).toContain(shown);
  expect(inspected).toContain(String.raw`gone\x1b[2J\x08wrong`);
  expect(logs).toContain(String.raw`before red\x0dover`);
  const { stderr } = await agent.run('flow-run', 'inspect', 'not\u001b[2Jthere');
  const json = await agent.expect('flow-run', 'inspect', run, '--json');
  const deleted = await agent.expect('flow-run', 'delete', run);
  expect(JSON.parse(json)).toMatchObject({ name });
  expect(deleted).toContain(shown);
  const steering = /[^\n\t\u0020-\u007e\u00a0-\uffff]|\u202e/;
  for (const text of [listed, inspected, logs, stderr, json, deleted]) expect(text).not.toMatch(steering);
});

test('a run is shown with its deployment, and one of a script is not started again, with the reason', async () => {
  const deployment = await workspace.deploy('shown/here', { entrypoint: 'a.ts:b' });
  const run = await workspace.startRun(deployment);
  expect(await agent.expect('flow-run', 'inspect', run)).toMatch(/deployment +shown\/here/);
  const script = await ofScript('once');
  await setState(script, { type: 'FAILED' });
  expect(await agent.expect('flow-run', 'inspect', script)).not.toContain('deployment');
  const { code, stderr } = await agent.run('flow-run', 'retry', script);
  expect([code, stderr]).toEqual([1, expect.stringContaining('start its script again')]);
});

test('all parameters that do not fit are told at once, by name', async () => {
  const properties = {
    seconds: { type: 'integer' },
    place: { type: 'object', properties: { city: { type: 'string' } } },
  };
  await workspace.deploy('asks/here', {
    entrypoint: 'a.ts:b',
    parameter_openapi_schema: { type: 'object', properties, required: ['seconds'] },
    enforce_parameter_schema: true,
  });
  const { code, stderr } = await agent.run('run', 'asks/here', '-p', 'seconds=x', '-p', 'place={"city": 1}');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /2 parameters do not fit, and nothing was started:\n {2}seconds: .*integer.*\n {2}place\.city: 1 is not valid/,
  );
  expect(stderr).not.toContain('Error creating');
  expect((await agent.run('run', 'asks/here')).stderr).toMatch(/A parameter does not fit.*\n.*seconds/);
});

test('a paused run is resumed with the input that it asks for, and not without', async () => {
  const run = await ofScript('asks');
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
  const keyset = { schema: 'paused-1-schema', response: 'paused-1-response', description: 'paused-1-description' };
  await account.api('POST', `/flow_runs/${run}/input`, { key: keyset.schema, value: JSON.stringify(schema) });
  await setState(run, {
    type: 'PAUSED',
    state_details: { pause_timeout: inHours(1), pause_key: '1', run_input_keyset: keyset },
  });
  const without = await agent.run('flow-run', 'resume', run);
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('ok')]);
  expect((await agent.run('flow-run', 'resume', run, '--input', 'ok')).code).toBe(2);
  expect(await agent.expect('flow-run', 'resume', 'asks', '--input', 'ok=true')).toContain('goes on');
  expect(await account.api('GET', `/flow_runs/${run}/input/paused-1-response`)).toEqual({ ok: true });
  expect((await agent.run('flow-run', 'resume', run)).stderr).toContain('is not paused');
});

test('a run of a deployment that runs is suspended, and no other', async () => {
  const deployment = await workspace.deploy('rests/here', { entrypoint: 'a.ts:b' });
  const run = await workspace.startRun(deployment);
  expect((await agent.run('flow-run', 'suspend', run)).stderr).toContain('is not running: Scheduled');
  await setState(run, { type: 'RUNNING' });
  expect(await agent.expect('flow-run', 'suspend', run)).toContain('is now Suspended');
  expect((await workspace.getRun(run)).state_name).toBe('Suspended');
  const { code, stderr } = await agent.run('flow-run', 'suspend', await ofScript('rests not'));
  expect([code, stderr]).toEqual([1, expect.stringMatching(/no deployment[\s\S]*flow-run cancel 'rests not'/)]);
});

test('deployments are listed by the name that is shown, with each schedule on one line', async () => {
  const schedules = [{ schedule: { rrule: 'FREQ=DAILY;INTERVAL=2' } }, { schedule: { cron: '0 1 * * *' } }];
  await workspace.deploy('zeta/a', { entrypoint: 'a.ts:b', schedules });
  await workspace.deploy('alpha/z', { entrypoint: 'a.ts:b' });
  const listed = await agent.expect('deployment', 'ls');
  expect(listed.indexOf('alpha/z')).toBeLessThan(listed.indexOf('zeta/a'));
  const row = listed.split('\n').find((line) => line.startsWith('zeta/a'));
  expect(row).toMatch(/FREQ=DAILY;INTERVAL=2/);
  expect(row).toMatch(/0 1 \* \* \*/);
  expect(listed).not.toContain('DTSTART');
});

test('a work pool is told of as a shell reads its name, and one that is there already with how to serve it', async () => {
  const name = "it's a pool, really";
  const command = `agent start --pool 'it'\\''s a pool, really'`;
  expect(await agent.expect('work-pool', 'create', name)).toContain(command);
  const { code, stderr } = await agent.run('work-pool', 'create', name);
  expect([code, stderr]).toEqual([1, expect.stringContaining(command)]);
  expect(stderr).toContain('already');
});
