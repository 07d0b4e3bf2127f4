import { flow, getRunLogger, task } from '@headgate/sdk';
import type { TestAccount, TestSystem } from '@headgate/testkit';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connected } from './system.js';

/** What the workspace may do a second: less than the flow does. */
const budgets = {
  HEADGATE_LIMIT_REQUESTS: '10',
  HEADGATE_LIMIT_RUNS: '2',
  HEADGATE_LIMIT_LOG_LINES: '100',
  HEADGATE_LIMIT_EVENTS: '60',
};
const metricsToken = 'read-by-the-tests-of-the-sdk';
const [tasks, lines, children] = [150, 8, 12];

let system: TestSystem;
let account: TestAccount;
beforeAll(async () => {
  ({ system, account } = await connected({ ...budgets, HEADGATE_METRICS_TOKEN: metricsToken }));
});
afterAll(() => system?.stop());

const speak = task(
  (n: number) => {
    for (let line = 0; line < lines; line++) getRunLogger().info(`task ${n} says ${line}`);
    return n;
  },
  { name: 'speak' },
);
const child = flow(({ n }: { n: number }) => n, { name: 'child-beyond-budget' });
const many = flow(
  async () => {
    const spoken = await Promise.all(Array.from({ length: tasks }, (_, n) => speak(n)));
    const run = await Promise.all(Array.from({ length: children }, (_, n) => child({ n })));
    return spoken.length + run.length;
  },
  { name: 'beyond-budget' },
);

/** We spend of the same budget. */
async function asked<T>(path: string, body: object): Promise<T> {
  const answer = await until('an answer', async () => {
    const each = await account.call<T>('POST', path, body);
    return each.status === 429 ? null : each;
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

async function rows<T>(kind: string, filter: object): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const page = await asked<T[]>(`/${kind}/filter`, { ...filter, limit: 200, offset: found.length });
    found.push(...page);
    if (page.length < 200) return found;
  }
}

async function refusals(): Promise<Map<string, number>> {
  const scraped = await fetch(`${system.url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
  const text = await scraped.text();
  const counted = text.matchAll(/^headgate_http_request_seconds_count\{.*route="([^"]*)",status="429"\} (\d+)$/gm);
  return new Map([...counted].map(([, route, count]) => [route!, Number(count)]));
}

it('a flow that goes beyond every budget waits as it is told, ends, and loses and doubles nothing', async () => {
  const begun = Date.now();
  expect(await many()).toBe(tasks + children);
  const seconds = (Date.now() - begun) / 1000;
  const refused = await refusals();
  expect([...refused.keys()]).toEqual(expect.arrayContaining(['/api/flow_runs', '/api/logs']));
  // A log outbox is one sender: told to wait for at least a second each time, it cannot have asked more often.
  expect(refused.get('/api/logs')).toBeLessThanOrEqual(seconds + 1);

  const [run] = await rows<{ id: string; state_name: string; run_count: number }>('flow_runs', {
    flows: { name: { any_: ['beyond-budget'] } },
  });
  expect(run).toMatchObject({ state_name: 'Completed', run_count: 1 });
  const own = { flow_runs: { id: { any_: [run!.id] } } };
  const taskRuns = await rows<{ name: string; state_name: string }>('task_runs', own);
  const spoken = taskRuns.filter(({ name }) => name.startsWith('speak-'));
  expect(spoken.map(({ state_name }) => state_name)).toEqual(Array.from({ length: tasks }, () => 'Completed'));
  expect(new Set(spoken.map(({ name }) => name)).size).toBe(tasks);
  const runs = await rows<{ state_name: string }>('flow_runs', { flows: { name: { any_: ['child-beyond-budget'] } } });
  expect(runs.map(({ state_name }) => state_name)).toEqual(Array.from({ length: children }, () => 'Completed'));
  const said = await rows<{ message: string }>('logs', { logs: { flow_run_id: { any_: [run!.id] } } });
  const messages = said.map(({ message }) => message).filter((message) => message.includes(' says '));
  expect(messages).toHaveLength(tasks * lines);
  expect(new Set(messages).size).toBe(tasks * lines);
});
