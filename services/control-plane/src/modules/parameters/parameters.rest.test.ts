import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

type Json = Record<string, unknown>;
/** What a real Prefect server answers; made by golden/record.py. */
type Row = { ask: string; schema: Json | null; parameters: Json; becomes?: Json; status?: number; says?: string };
const golden = JSON.parse(readFileSync(new URL('golden/answers.json', import.meta.url), 'utf8')) as {
  variables: Json;
  rows: Row[];
};

let app: TestApp;
let owner: Tenant;
let flowId: string;
let made = 0;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'golden' })).body.id;
  for (const [name, value] of Object.entries(golden.variables)) await call('POST', '/variables/', { name, value });
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) =>
  app.inject(method, `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}${path}`, body, owner.key);
const deploy = (more: Json) => call('POST', '/deployments/', { name: `d${made++}`, flow_id: flowId, ...more });
const outcome = ({ status, body }: Awaited<ReturnType<typeof call>>) =>
  status < 300 ? { becomes: body.parameters } : { status, says: body.detail ?? body.exception_detail?.[0].msg };

async function answerTo({ ask, schema, parameters }: Row): Promise<unknown> {
  const held = schema ? { parameter_openapi_schema: schema } : { enforce_parameter_schema: false };
  if (ask === 'make') return outcome(await deploy({ ...held, parameters }));
  if (ask === 'make insisting') return outcome(await deploy({ ...held, enforce_parameter_schema: true, parameters }));
  const { id } = (await deploy(held)).body;
  if (ask === 'run') return outcome(await call('POST', `/deployments/${id}/create_flow_run`, { parameters }));
  const changed = await call('PATCH', `/deployments/${id}`, { parameters });
  return outcome(changed.status >= 300 ? changed : await call('GET', `/deployments/${id}`));
}

test(`the ${golden.rows.length} parameters of the table become, at every door, what they become on a real server`, async () => {
  expect(golden.rows.length).toBeGreaterThan(100);
  for (const row of golden.rows) {
    const { ask, schema: _, parameters, ...expected } = row;
    expect.soft(await answerTo(row), `${ask} ${JSON.stringify(parameters)}`).toEqual(expected);
  }
});

test('a deployment keeps its parameters as they are written: each run takes the value that the variable has then', async () => {
  const parameters = { size: { __prefect_kind: 'workspace_variable', variable_name: 'size' } };
  const { id, parameters: kept } = (await deploy({ parameters })).body;
  expect(kept).toEqual(parameters);
  const run = async () => (await call('POST', `/deployments/${id}/create_flow_run`, {})).body.parameters;
  expect(await run()).toEqual({ size: 5 });
  await call('PATCH', '/variables/name/size', { value: 6 });
  expect(await run()).toEqual({ size: 6 });
});

test('runs of a schedule take the values that their variables have; what cannot be resolved stays as it is written', async () => {
  const named = (variable_name: string) => ({ __prefect_kind: 'workspace_variable', variable_name });
  const schedules = [{ schedule: { interval: 3600 } }];
  const scheduled = async (parameters: Json) => {
    const { id } = (await deploy({ parameters, schedules })).body;
    const filter = { deployments: { id: { any_: [id] } }, limit: 1 };
    return (await call('POST', '/flow_runs/filter', filter)).body[0].parameters;
  };
  expect(await scheduled({ size: named('size') })).toEqual({ size: 5 });
  expect(await scheduled({ size: named('nope') })).toEqual({ size: named('nope') });
});

test('a run that is not made through a deployment takes parameters as they are', async () => {
  const parameters = { size: { __prefect_kind: 'workspace_variable', variable_name: 'size' } };
  expect((await call('POST', '/flow_runs/', { flow_id: flowId, parameters })).body.parameters).toEqual(parameters);
});

test('the variables of another workspace are not there', async () => {
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'elsewhere' })).body.id;
  const { id } = (await deploy({})).body;
  const parameters = { size: { __prefect_kind: 'workspace_variable', variable_name: 'size' } };
  const { status, body } = await call('POST', `/deployments/${id}/create_flow_run`, { parameters });
  expect([status, body.detail]).toEqual([
    400,
    "Error hydrating flow run parameters: Variable 'size' not found in workspace.",
  ]);
});

test('the input of a resumed run is resolved before it is checked and stored', async () => {
  const run = (await call('POST', '/flow_runs/', { flow_id: flowId, state: { type: 'RUNNING' } })).body;
  const keys = { schema: 'paused-1-schema', response: 'paused-1-response' };
  const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  await call('POST', `/flow_runs/${run.id}/set_state`, {
    state: { type: 'PAUSED', state_details: { pause_key: '1', run_input_keyset: keys, pause_reschedule: false } },
  });
  // As the client does: what lay there before the pause is forgotten.
  await call('POST', `/flow_runs/${run.id}/input`, { key: keys.schema, value: JSON.stringify(schema) });
  const resume = async (n: unknown) =>
    (await call('POST', `/flow_runs/${run.id}/resume`, { run_input: { n } })).body as { details: { reason: string } };
  const variable = (variable_name: string) => ({ __prefect_kind: 'workspace_variable', variable_name });
  expect((await resume(variable('nope'))).details.reason).toBe(
    "Error hydrating run input: Variable 'nope' not found in workspace.",
  );
  expect((await resume(variable('region'))).details.reason).toMatch(/^Reason: Validation failed for field 'n'/);
  expect(await resume(variable('size'))).toMatchObject({ status: 'ACCEPT' });
  const stored = await call('GET', `/flow_runs/${run.id}/input/${keys.response}`);
  expect(JSON.parse(stored.text)).toEqual({ n: 5 });
});
