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
const at = (minutes: number) => new Date(Date.now() - 3_600_000 + minutes * 60_000).toISOString();
const resource = (id: string) => ({ 'prefect.resource.id': id, 'prefect.resource.name': `${id} by name` });
const happen = async (
  events: { event: string; on: string; minutes?: number; payload?: object; related?: object[] }[],
) => {
  const body = events.map(({ on, minutes = 0, ...rest }) => ({
    ...rest,
    id: newId(),
    occurred: at(minutes),
    resource: resource(on),
  }));
  const { status } = await app.inject('POST', '/api/events', body, owner.key);
  expect(status).toBe(204);
  return body.map(({ id }) => id);
};
const list = async (variables: object) => {
  const query = `query ($w: ID!, $f: EventFilterInput, $s: EventSortInput, $n: Int, $after: String) {
    events(workspaceId: $w, filter: $f, sort: $s, first: $n, after: $after) {
      nodes { id name resourceId resource payload } totalCount pageInfo { hasNextPage endCursor } } }`;
  const answer = await ask(query, variables);
  return typeof answer === 'string'
    ? answer
    : { ...answer.events, ids: answer.events.nodes.map(({ id }: { id: string }) => id) };
};

test('what happened is listed in order, page by page, with how much there is', async () => {
  const f = { namePrefixes: ['test.'] };
  const ids = await happen(
    [0, 1, 2].map((minutes) => ({ event: 'test.done', on: 'a', minutes, payload: { minutes } })),
  );
  const first = await list({ f, n: 2 });
  expect(first).toMatchObject({ ids: [ids[2], ids[1]], totalCount: 3, pageInfo: { hasNextPage: true } });
  expect(first.nodes[0]).toMatchObject({ name: 'test.done', resourceId: 'a', resource: resource('a') });
  expect(first.nodes[0].payload).toEqual({ minutes: 2 });
  expect(await list({ f, n: 2, after: first.pageInfo.endCursor })).toMatchObject({ ids: [ids[0]], totalCount: 3 });
  expect((await list({ f, s: 'OLDEST' })).ids).toEqual(ids);
  expect(await list({ n: 51 })).toBe('invalid');
  expect(await list({ f: { search: 'x'.repeat(201) } })).toBe('invalid');
});

test('a filter asks for names, resources, others that have to do with it, words and times', async () => {
  const related = [{ 'prefect.resource.id': 'other', 'prefect.resource.role': 'flow' }];
  const [one, two, three] = await happen([
    { event: 'test.one', on: 'r.1', minutes: 0, payload: { word: 'needle' } },
    { event: 'test.two', on: 'r.2', minutes: 1, related },
    { event: 'more.three', on: 'other', minutes: 2 },
  ]);
  const cases: [object, (string | undefined)[]][] = [
    [{ names: ['test.one', 'more.three'] }, [three, one]],
    [{ namePrefixes: ['test.'], excludedNames: ['test.one'] }, [two]],
    [{ resourceIds: ['r.2'] }, [two]],
    [{ resourceIdPrefixes: ['r.'] }, [two, one]],
    [{ relatedIds: ['other'] }, [two]],
    [{ anyResourceIds: ['other'] }, [three, two]],
    [{ search: 'needle' }, [one]],
    [{ resourceIdPrefixes: ['r.', 'other'], since: at(0.5), until: at(1.5) }, [two]],
  ];
  for (const [f, ids] of cases) expect([f, (await list({ f })).ids]).toEqual([f, ids]);
});

test('events are counted by name, by resource and by time', async () => {
  await happen([
    { event: 'test.one', on: 'a' },
    { event: 'test.one', on: 'b' },
    { event: 'test.two', on: 'a' },
  ]);
  const query = `query ($w: ID!, $by: EventCountableInput, $f: EventFilterInput, $u: EventTimeUnit, $i: Float) {
    eventCounts(workspaceId: $w, by: $by, filter: $f, unit: $u, interval: $i) { value label count } }`;
  const f = { namePrefixes: ['test.'] };
  const counts = async (variables: object) => (await ask(query, { f, ...variables })).eventCounts;
  expect(await counts({})).toMatchObject([
    { value: 'test.one', count: 2 },
    { value: 'test.two', count: 1 },
  ]);
  expect((await counts({ by: 'RESOURCE' }))[0]).toEqual({ value: 'a', label: 'a by name', count: 2 });
  const hours = await counts({ by: 'TIME', f: { ...f, since: at(-60), until: at(60) }, u: 'HOUR' });
  expect(hours.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(3);
  expect(await ask(query, { by: 'TIME', f, u: 'SECOND' })).toBe('invalid');
  expect(await ask(query, { i: 0 })).toBe('invalid');
});

test('who follows what happens hears of what they asked for, and of nothing in another workspace', async () => {
  const [mine, stranger] = [owner, await app.tenant()];
  const client = socketOf(app, mine.key);
  const heard: string[] = [];
  client.subscribe<{ eventsHappened: { name: string }[] }>(
    {
      query: `subscription { eventsHappened(workspaceId: "${mine.workspaceId}", filter: { names: ["test.yes"] }) { name } }`,
    },
    {
      next: ({ data }) => heard.push(...(data?.eventsHappened ?? []).map(({ name }) => name)),
      error: () => {},
      complete: () => {},
    },
  );
  // The subscription begins a moment later: what happens is repeated until it tells of it.
  await until('an event is told of', async () => {
    owner = stranger;
    await happen([{ event: 'test.yes', on: 'theirs' }]);
    owner = mine;
    await happen([
      { event: 'test.no', on: 'a' },
      { event: 'test.yes', on: 'a' },
    ]);
    return heard.length > 0;
  });
  expect(new Set(heard)).toEqual(new Set(['test.yes']));
  await client.dispose();
});
