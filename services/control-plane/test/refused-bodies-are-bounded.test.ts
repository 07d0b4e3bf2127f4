import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
}, 60_000);
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
  ['log lines that are none', '/logs/', many(200_000, { a: 1 })],
  ['a page of log lines with four mistakes each', '/logs/', many(20_000, { a: 1 })],
  ['ids that are none', '/flow_runs/filter', { flow_runs: { id: { any_: many(100_000, 'x') } } }],
  ['ids of the wrong type', '/flow_runs/filter', { flow_runs: { id: { any_: many(5_000, [1]) } } }],
  ['keys that do not belong', '/flows/', Object.fromEntries(many(100_000, 0).map((_, at) => [`k${at}`, at]))],
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
  expect(seconds).toBeLessThan(1);
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
