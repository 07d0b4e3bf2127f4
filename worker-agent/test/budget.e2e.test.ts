import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { AgentProgram } from './agent-process.js';

/** What the workspace may do a second: less than the agent and its runs do. */
const budgets = { HEADGATE_LIMIT_REQUESTS: '6', HEADGATE_LIMIT_LOG_LINES: '100' };
const metricsToken = 'read-by-the-tests-of-the-agent';
const [runs, lines] = [4, 400];

let system: TestSystem;
let account: TestAccount;
let agent: AgentProgram;

beforeAll(async () => {
  system = await startSystem({ env: { ...budgets, HEADGATE_METRICS_TOKEN: metricsToken } });
  account = await signUp(system.url);
  agent = await AgentProgram.loggedIn(system.url, account);
  await agent.expect('work-pool', 'create', 'main');
});

afterAll(async () => {
  agent?.end();
  await system?.stop();
});

/** We spend of the same budget. */
async function asked<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await until('an answer', async () => {
    const each = await account.call<T>(method, path, body);
    return each.status === 429 ? null : each;
  });
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}

async function logsOf(id: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const page = await asked<{ message: string }[]>('POST', '/logs/filter', {
      logs: { flow_run_id: { any_: [id] } },
      limit: 200,
      offset: found.length,
    });
    found.push(...page.map(({ message }) => message));
    if (page.length < 200) return found;
  }
}

/** What the system counts about itself, which costs nobody's budget. */
async function counted(series: RegExp): Promise<number> {
  const scraped = await fetch(`${system.url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
  const lines = (await scraped.text()).split('\n').filter((line) => series.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
const refusals = () => counted(/^headgate_http_request_seconds_count\{.*status="429"\}/);
const completed = () => counted(/^headgate_state_changes_total\{type="COMPLETED"\}/);

test('an agent whose runs go beyond the budget waits as it is told, and loses and doubles no line and no run', async () => {
  const flow = await asked<{ id: string }>('POST', '/flows/', { name: 'shell' });
  const deployment = await asked<{ id: string }>('POST', '/deployments/', {
    name: 'talks',
    flow_id: flow.id,
    work_pool_name: 'main',
    job_variables: { command: `for i in $(seq 1 ${lines}); do echo line $i; done` },
  });
  const ids: string[] = [];
  for (let run = 0; run < runs; run++)
    ids.push((await asked<{ id: string }>('POST', `/deployments/${deployment.id}/create_flow_run`, {})).id);
  const [begun, before] = [Date.now(), await refusals()];
  await agent.start('--pool', 'main', '--name', 'patient');
  await until('all have completed', async () => (await completed()) === runs, 240);
  const seconds = (Date.now() - begun) / 1000;
  const refused = (await refusals()) - before;
  // All that the agent does waits together, for a second at the least each time; some of it was under way by then.
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(seconds * 5);
  for (const id of ids) {
    expect((await asked<{ run_count: number }>('GET', `/flow_runs/${id}`)).run_count).toBe(1);
    const states = await asked<{ name: string }[]>('GET', `/flow_run_states/?flow_run_id=${id}`);
    expect(states.map(({ name }) => name)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
    const said = (await logsOf(id)).filter((message) => message.startsWith('line '));
    expect(said.sort()).toEqual(Array.from({ length: lines }, (_, at) => `line ${at + 1}`).sort());
  }
  expect(agent.log()).toMatch(/wants to be asked less/);
  expect(agent.log()).not.toMatch(/was refused|crashed/i);
});
