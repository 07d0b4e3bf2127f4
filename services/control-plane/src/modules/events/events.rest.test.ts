import { newId } from '@headgate/contracts';
import { eventFilter } from '@headgate/contracts/rest/events';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import type { WireEvent } from '../../core/events/events.js';
import { matchesEvent } from './matches-event.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
});
afterAll(() => app.close());

const base = (who: Tenant) => `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}/events`;
const post = (path: string, body?: unknown, who = owner) => app.inject('POST', `${base(who)}${path}`, body, who.key);
const get = (url: string, who = owner) => {
  const { pathname, search } = new URL(url, 'http://any');
  return app.inject('GET', pathname + search, undefined, who.key);
};
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const resource = { 'prefect.resource.id': 'thing.1' };
const event = (more: object = {}) => ({
  id: newId(),
  occurred: new Date().toISOString(),
  event: 'made',
  resource,
  ...more,
});
const named = (name: string) => ({ event: { name: [name] } });

test('pages follow each other by an address below the one that was asked, with the total of the first', async () => {
  const sent = Array.from({ length: 5 }, (_, at) => event({ event: 'paged', occurred: ago(9 - at) }));
  await post('', sent);
  const seen: string[] = [];
  const totals: number[] = [];
  let page = (await post('/filter', { filter: named('paged'), limit: 2 })).body;
  while (true) {
    seen.push(...page.events.map(({ id }: { id: string }) => id));
    totals.push(page.total);
    if (!page.next_page) break;
    expect(page.next_page).toMatch(/^https?:\/\/.*\/events\/filter\/next\?page-token=/);
    expect(new URL(page.next_page).pathname).toBe(`${base(owner)}/filter/next`);
    page = (await get(page.next_page)).body;
  }
  expect(seen).toEqual(sent.map(({ id }) => id).toReversed());
  expect(totals).toEqual([5, 5, 5]);
});

test('pages end where the events do, also when some went meanwhile', async () => {
  await post(
    '',
    Array.from({ length: 9 }, (_, at) => event({ event: 'going', occurred: ago(at) })),
  );
  const first = (await post('/filter', { filter: named('going'), limit: 2 })).body;
  await app.db.sql.query(
    `delete from event where workspace_id = $1 and event = 'going' and occurred < now() - interval '2500 milliseconds'`,
    [owner.workspaceId],
  );
  const second = (await get(first.next_page)).body;
  expect([first.events.length, second.total, second.next_page]).toEqual([2, 9, null]);
});

test('a page of what is all has no next one; a page of nothing has', async () => {
  await post('', [event({ event: 'few' }), event({ event: 'few' })]);
  expect((await post('/filter', { filter: named('few'), limit: 2 })).body.next_page).toBe(null);
  const nothing = (await post('/filter', { filter: named('few'), limit: 0 })).body;
  expect(nothing).toMatchObject({ events: [], total: 2, next_page: expect.any(String) });
});

test('events of one resource are shown once each, page by page, when only distinct ones are wanted', async () => {
  const of = (id: string, second: number) =>
    event({ event: 'dup', resource: { 'prefect.resource.id': id }, occurred: ago(9 - second) });
  const [a, b, later] = [of('a', 1), of('b', 2), of('a', 3)];
  await post('', [a, b, later]);
  const filter = { ...named('dup'), resource: { distinct: true } };
  const first = (await post('/filter', { filter, limit: 1 })).body;
  const second = (await get(first.next_page)).body;
  expect([first.total, first.events[0].id, second.events[0].id, second.next_page]).toEqual([2, later.id, b.id, null]);
});

test('a token that is not one of ours opens nothing', async () => {
  for (const token of ['xxx', '', Buffer.from('{"a":1}').toString('base64url')]) {
    const { status, body } = await get(`${base(owner)}/filter/next?page-token=${token}`);
    expect([status, body]).toEqual([403, { detail: 'Forbidden' }]);
  }
  expect((await get(`${base(owner)}/filter/next`)).body).toMatchObject({
    exception_detail: [{ type: 'missing', loc: ['query', 'page-token'] }],
  });
});

test('a token shows nothing of the workspace that it was made in to another', async () => {
  await post('', [event(), event()]);
  const { next_page: page } = (await post('/filter', { filter: named('made'), limit: 1 })).body;
  const stranger = await app.tenant();
  const token = new URL(page).searchParams.get('page-token');
  expect((await get(`${base(stranger)}/filter/next?page-token=${token}`, stranger)).body.events).toEqual([]);
  expect((await get(page, stranger)).status).toBe(404);
  expect((await post('/count-by/event', { filter: {} }, stranger)).body).toEqual([]);
});

test('what cannot be an event is refused with all that came along, and the reason', async () => {
  const labels = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`l${at}`, 'v']));
  const related = { 'prefect.resource.id': 'x', 'prefect.resource.role': 'r' };
  const wrong: [object, unknown[], string][] = [
    [{ resource: {} }, ['resource'], 'Value error, Resources must include the prefect.resource.id label'],
    [
      { resource: { 'prefect.resource.id': '' } },
      ['resource'],
      'Value error, The prefect.resource.id label must be non-empty',
    ],
    [
      { resource: { ...resource, ...labels } },
      ['resource'],
      'Value error, The maximum number of labels per resource is 500',
    ],
    [
      { related: [resource] },
      ['related', 0],
      'Value error, Related Resources must include the prefect.resource.role label',
    ],
    [
      { related: Array.from({ length: 101 }, () => related) },
      ['related'],
      'Value error, The maximum number of related resources is 100',
    ],
    [{ event: 'a'.repeat(1025) }, ['event'], 'Value error, Event name must be at most 1024 characters'],
  ];
  for (const [more, loc, msg] of wrong) {
    const { status, body } = await post('', [event({ event: 'good' }), event(more)]);
    expect([status, body.exception_message]).toEqual([422, 'Invalid request received.']);
    expect(body.exception_detail).toMatchObject([{ type: expect.any(String), loc: ['body', 1, ...loc], msg }]);
  }
  for (const more of [
    { payload: null },
    { payload: [] },
    { related: null },
    { follows: 'x' },
    { id: 'x' },
    { occurred: 'x' },
  ])
    expect((await post('', [event(more)])).status).toBe(422);
  expect((await post('', event())).status).toBe(422);
  expect((await post('/filter', { filter: named('good') })).body.total).toBe(0);
});

test('what a filter asks of every event has an end, through every door, however it is spread', async () => {
  const values = (count: number) => Array.from({ length: count }, (_, at) => `v${at}`);
  const labels = (count: number, of: unknown = 'v') => Object.fromEntries(values(count).map((label) => [label, of]));
  const tooMany: [object, RegExp][] = [
    [{ resource: { labels: labels(101) } }, /at most 100 labels, this one 101/],
    [{ related: values(3).map(() => ({ labels: labels(34) })) }, /at most 100 labels, this one 102/],
    [{ resource: { labels: labels(60) }, any_resource: { labels: labels(60) } }, /at most 100 labels, this one 120/],
    [{ resource: { labels: { a: values(501) } } }, /at most 500 values of labels, prefixes and pairs, this one 501/],
    [{ any_resource: { labels: labels(100, values(9)) } }, /at most 500 values .* this one 900/],
    [{ event: { prefix: values(300), exclude_prefix: values(300) } }, /at most 500 values .* this one 600/],
    [{ related: { resources_in_roles: values(501).map((id) => [id, 'r']) } }, /at most 500 values/],
    [{ resource: { labels: { a: ['*' + 'a'.repeat(10_000)] } } }, /at most 10000 characters of values with wildcards/],
    [
      { resource: { labels: { a: '?'.repeat(6_000) } }, any_resource: { labels: { b: ['!' + '?'.repeat(6_000)] } } },
      /at most 10000 characters of values with wildcards, this one 12001/,
    ],
    [{ related: values(51).map(() => ({ id: ['a'] })) }, /at most 50 resources, this one 51/],
  ];
  for (const [filter, words] of tooMany) {
    for (const [path, body] of [
      ['/filter', { filter }],
      ['/count-by/event', { filter }],
    ] as const) {
      const { status, text } = await post(path, body);
      expect.soft([status, text]).toEqual([422, expect.stringMatching(words)]);
    }
  }
  const most = [
    { resource: { id: values(5_000) }, event: { name: values(5_000) } },
    { resource: { labels: labels(100, values(5)) } },
    { resource: { labels: { a: ['*' + 'a'.repeat(9_999), 'a'.repeat(50_000)] } } },
    { related: values(50).map(() => ({ labels: labels(2, values(5)) })) },
    { related: { resources_in_roles: values(500).map((id) => [id, 'r']) } },
  ];
  for (const filter of most) expect.soft((await post('/filter', { filter })).status).toBe(200);
});

test('wildcards are compared with the first 4,096 characters of a label, everything else with the whole of it', async () => {
  const long = '😀'.repeat(4_095) + 'b' + 'c'.repeat(100_000);
  const sent = event({ event: 'long.labels', resource: { 'prefect.resource.id': 'long', long } });
  expect((await post('', [sent])).status).toBe(204);
  const ask = async (value: string) => {
    const filter = { event: { name: ['long.labels'] }, resource: { labels: { long: value } } };
    const { total } = (await post('/filter', { filter })).body;
    const isLive = matchesEvent(eventFilter.parse(filter), {
      ...sent,
      related: [],
      payload: {},
      received: sent.occurred,
      follows: null,
    } as WireEvent);
    expect(isLive).toBe(total === 1);
    return total;
  };
  expect(await ask(long)).toBe(1);
  expect(await ask(`!${long}`)).toBe(0);
  expect(await ask(`${long}c`)).toBe(0);
  expect(await ask('😀*b')).toBe(1);
  expect(await ask('*c')).toBe(0);
  expect(await ask('!*c')).toBe(1);
});

test('the dearest patterns over the longest label leave the database to be interrupted within seconds', async () => {
  const id = newId();
  const sent = event({ id, resource: { 'prefect.resource.id': 'dear', dear: 'a'.repeat(500_000) } });
  expect((await post('', [sent])).status).toBe(204);
  const dear = `*${'a'.repeat(2_000)}b*`;
  const filter = { id: { id: [id] }, resource: { labels: { dear: [dear, dear, dear, dear] } } };
  // Of whole labels it would take more than a minute: each statement ends after 40 s.
  expect(await post('/filter', { filter })).toMatchObject({ status: 200, body: { total: 0 } });
});

test('a label of any name is what its resource says of it', async () => {
  const named = { constructor: 'c', toString: 't', hasOwnProperty: 'h' };
  const sent = event({ event: 'odd.labels', resource: { 'prefect.resource.id': 'odd', ...named } });
  expect((await post('', [sent])).status).toBe(204);
  const ask = async (labels: object) =>
    (await post('/filter', { filter: { event: { name: ['odd.labels'] }, resource: { labels } } })).body.total;
  expect(await ask(named)).toBe(1);
  expect(await ask({ constructor: '!c' })).toBe(0);
  expect(await ask({ valueOf: '*' })).toBe(0);
});

test('events at the limits are taken in, and what the wire does not know is left out', async () => {
  const related = Array.from({ length: 100 }, (_, at) => ({
    'prefect.resource.id': `x${at}`,
    'prefect.resource.role': 'r',
  }));
  const sent = event({ event: 'a'.repeat(1024), related, extra: 1, received: '2020-01-01T00:00:00Z' });
  expect((await post('', [sent])).status).toBe(204);
  expect((await post('', [])).status).toBe(204);
  const [stored] = (await post('/filter', { filter: { id: { id: [sent.id] } } })).body.events;
  expect(stored.related).toHaveLength(100);
  expect(stored.received > ago(3600)).toBe(true);
  expect(stored).not.toHaveProperty('extra');
});

test('filters and counts that the wire does not know are refused', async () => {
  for (const body of [
    { limit: 51 },
    { limit: -1 },
    { filter: { x: 1 } },
    { filter: { event: { y: [] } } },
    { filter: { order: 'UP' } },
    { filter: { text: { query: 'x'.repeat(201) } } },
  ])
    expect((await post('/filter', body)).status, JSON.stringify(body)).toBe(422);
  for (const body of [{}, { filter: {}, time_unit: 'month' }, { filter: {}, time_interval: 0.001 }])
    expect((await post('/count-by/time', body)).status, JSON.stringify(body)).toBe(422);
  expect((await post('/count-by/nothing', { filter: {} })).body.exception_detail).toMatchObject([
    { type: 'enum', loc: ['path', 'countable'], msg: "Input should be 'day', 'time', 'event' or 'resource'" },
  ]);
  for (const body of [undefined, {}, { filter: null, limit: null }, { filter: { id: { id: [] }, any_resource: null } }])
    expect((await post('/filter', body)).status).toBe(200);
});

test.each([
  [{ time_interval: 1e300 }],
  [{ time_interval: 1e308, time_unit: 'week' }],
  [{ time_interval: 3e6, time_unit: 'day' }],
  [{ time_interval: 400_000, time_unit: 'week', filter: { occurred: { since: '0001-01-01' } } }],
  [{ time_interval: 0.01, time_unit: 'second', filter: { occurred: { since: '0001-01-01', until: '9999-12-31' } } }],
])('buckets that cannot be written are refused in words: %j', async (body) => {
  for (const by of ['time', 'event']) {
    const refused = await post(`/count-by/${by}`, { filter: {}, ...body });
    expect(refused.status, refused.text).toBe(422);
    expect(refused.body.detail).toMatch(/^The given interval /);
  }
});

test('a span may reach from the first year to the last: nothing is shown beyond now', async () => {
  const occurred = { since: '0001-01-01T00:00:00Z', until: '9999-12-31T23:59:59.999999Z' };
  const body = { filter: { occurred }, time_unit: 'week', time_interval: 3_299 };
  const buckets = (await post('/count-by/time', body)).body as { start_time: string; end_time: string }[];
  expect(buckets.map(({ start_time }) => start_time)).toHaveLength(33);
  expect(buckets.at(-1)!.end_time).toBe('2087-06-22T23:59:59.999999Z');
  expect(
    (await post('/count-by/time', { filter: { occurred: { since: '9999-12-31', until: '9999-12-31' } } })).body,
  ).toEqual([]);
});

test('half a year of days is counted when no span is given, up to the end of this one', async () => {
  const dayOf = () => new Date().toISOString().slice(0, 10);
  const counted = async () => {
    const today = dayOf();
    await post('', [event()]);
    const days = (await post('/count-by/day', { filter: {} })).body;
    return today === dayOf() ? { today, days } : null;
  };
  // Anew where midnight came in between.
  const { today, days } = await until('a day', counted);
  expect(days).toHaveLength(181);
  expect(days.at(-1)).toMatchObject({ value: '180', start_time: `${today}T00:00:00.000000Z` });
  expect(days.at(-1).count).toBeGreaterThanOrEqual(1);
});
