import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { socketOf } from '../../../test/graphql/doors.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  owner = await app.tenant();
});
afterAll(() => app.close());

const ask = async (query: string, variables: object = {}) => {
  const asked = { w: owner.workspaceId, ...variables };
  const { data, error } = await app.gql(query, asked, { authorization: `Bearer ${owner.key}` });
  return data ?? error.extensions.code;
};
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 5, 10, minutes)).toISOString();
const write = (lines: object[]) =>
  app.inject(
    'POST',
    '/api/logs/',
    lines.map((line) => ({ name: 'n', level: 20, timestamp: at(0), ...line })),
    owner.key,
  );
const list = async (variables: object = {}) => {
  const query = `query ($w: ID!, $f: LogFilterInput, $s: LogSortInput, $n: Int, $after: String) {
    logs(workspaceId: $w, filter: $f, sort: $s, first: $n, after: $after) {
      nodes { message flowRunId } pageInfo { hasNextPage endCursor } } }`;
  const answer = await ask(query, variables);
  if (typeof answer === 'string') return answer;
  return { ...answer.logs, said: answer.logs.nodes.map(({ message }: { message: string }) => message) };
};

test('all lines of a workspace are listed in the order of time, page by page, also those of one moment', async () => {
  await write([
    { message: 'a', timestamp: at(-3 * 24 * 60) },
    { message: 'b' },
    { message: 'c' },
    { message: 'd', timestamp: at(2) },
  ]);
  const said: string[] = [];
  let after: string | null = null;
  do {
    const page: any = await list({ n: 1, after });
    said.push(...page.said);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect([said[0], said.slice(1, 3).sort(), said[3]]).toEqual(['d', ['b', 'c'], 'a']);
  const oldest = await list({ s: 'OLDEST', n: 3 });
  expect([...oldest.said, ...(await list({ s: 'OLDEST', after: oldest.pageInfo.endCursor })).said]).toEqual(
    said.toReversed(),
  );
});

test('a filter asks for runs, levels, times and words', async () => {
  const run = newId();
  await write([
    { message: 'of a run', flow_run_id: run },
    { message: 'loud needle', level: 40, timestamp: at(1) },
    { message: 'quiet', level: 10, timestamp: at(2) },
  ]);
  const cases: [object, string[]][] = [
    [{ flowRunIds: [run] }, ['of a run']],
    [{ taskRunIds: [run] }, []],
    [{ minLevel: 30 }, ['loud needle']],
    [{ maxLevel: 15 }, ['quiet']],
    [{ search: 'needle' }, ['loud needle']],
    [{ since: at(1), until: at(1) }, ['loud needle']],
  ];
  for (const [f, said] of cases) expect([f, (await list({ f })).said]).toEqual([f, said]);
  expect(await list({ f: { flowRunIds: ['nonsense'] } })).toBe('invalid');
  expect(await list({ f: { search: 'x'.repeat(201) } })).toBe('invalid');
  expect(await list({ n: 201 })).toBe('invalid');
});

test('who follows the lines of a workspace hears of what they asked for', async () => {
  const client = socketOf(app, owner.key);
  const heard: string[] = [];
  client.subscribe<{ logsWritten: { message: string }[] }>(
    {
      query: `subscription { logsWritten(workspaceId: "${owner.workspaceId}", filter: { minLevel: 30 }) { message } }`,
    },
    {
      next: ({ data }) => heard.push(...(data?.logsWritten ?? []).map(({ message }) => message)),
      error: () => {},
      complete: () => {},
    },
  );
  let written = 0;
  // The subscription begins a moment later: what is written is repeated until it tells of it.
  await until('a line is told of', async () => {
    await write([
      { message: `quiet ${written}`, level: 20 },
      { message: `loud ${written++}`, level: 40 },
    ]);
    return heard.length > 0;
  });
  expect(heard.filter((message) => !message.startsWith('loud'))).toEqual([]);
  await client.dispose();
});

test('of large lines few make a page, and all come', async () => {
  const texts = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(200_000));
  for (const [n, message] of texts.entries()) await write([{ message, timestamp: at(n) }]);
  const pages: string[][] = [];
  let after: string | null = null;
  do {
    const page: any = await list({ s: 'OLDEST', n: 200, after });
    pages.push(page.said);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(pages.flat()).toEqual(texts);
  expect(pages.map((said) => said.length)).toEqual([3, 2]);
});
