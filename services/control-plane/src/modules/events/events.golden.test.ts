import { readFileSync } from 'node:fs';
import type { EventFilter, EventsCount } from '@headgate/contracts/rest/events';
import { newId } from '@headgate/contracts';
import { eventFilter } from '@headgate/contracts/rest/events';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import type { WireEvent } from '../../core/events/events.js';
import { matchesEvent } from './matches-event.js';

type Bucket = { value: string; label: string; count: number; start_time: string; end_time: string };
type Summary = { buckets: number; first: Bucket | null; last: Bucket | null; full: Bucket[] };
/** What a real Prefect server answers; made by golden/record.py. */
const golden = JSON.parse(readFileSync(new URL('golden/answers.json', import.meta.url), 'utf8')) as {
  events: WireEvent[];
  found: { filter: EventFilter; total: number; events: number[] }[];
  counted: { by: string; body: EventsCount; status: number; answer: Summary | Bucket[] | { detail: string } }[];
};

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  expect((await call('', golden.events)).status).toBe(204);
});
afterAll(() => app.close());

const call = (path: string, body: unknown) =>
  app.inject('POST', `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}/events${path}`, body, owner.key);
const placeOf = new Map(golden.events.map(({ id }, place) => [id, place]));

/** Times without zeros at their ends: Python leaves them out. */
const plainly = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === 'string'
      ? each.replace(/\.(\d*?)0+Z$/, (_, digits: string) => (digits ? `.${digits}Z` : 'Z'))
      : each,
  );
const summary = (buckets: Bucket[]): Summary => ({
  buckets: buckets.length,
  first: buckets[0] ?? null,
  last: buckets.at(-1) ?? null,
  full: buckets.filter(({ count }) => count > 0),
});

test(`each of ${golden.found.length} filters finds the events that a real server finds, in its order`, async () => {
  expect(golden.found.length).toBeGreaterThan(100);
  for (const { filter, total, events } of golden.found) {
    const { body } = await call('/filter', { filter });
    const found = (body.events as WireEvent[]).map(({ id }) => placeOf.get(id));
    expect.soft({ total: body.total, events: found }, JSON.stringify(filter)).toEqual({ total, events });
  }
});

test('live events pass the filters that they pass when they are stored', () => {
  for (const { filter, events } of golden.found) {
    if (filter.resource?.distinct) continue;
    const parsed = eventFilter.parse(filter);
    const passing = golden.events.filter((event) =>
      matchesEvent(parsed, { ...event, occurred: event.occurred.replace('+00:00', 'Z') }),
    );
    const places = passing.map(({ id }) => placeOf.get(id));
    expect.soft(places, JSON.stringify(filter)).toEqual(events.toSorted((one, other) => one - other));
  }
});

/** Letters whose lower case is longer are left out: of these Postgres and JavaScript make different ones. What compilers of patterns and readers of text take for something else, and what is two units in JavaScript and one character elsewhere. */
const odd = ['', 'a', 'Ab', 'ÄÉ', 'ß', '😀', '%', '_', '\\', '"', "'", '*', '?', '!', '\n', ' ', 'a.b', 'null', '{}'];
const oddText = fc.array(fc.constantFrom(...odd), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
const oddLabel = fc.constantFrom('a', 'A', 'constructor', 'toString', '😀', '%', "it's", 'a.b');
const oddLabels = fc.dictionary(oddLabel, oddText, { maxKeys: 3 });
const oddResource = fc.record({ id: fc.constantFrom('r', 'r.😀', 'R%'), labels: oddLabels });
const asResource = ({ id, labels }: { id: string; labels: Record<string, string> }) => ({
  ...labels,
  'prefect.resource.id': id,
});
const oddEvents = fc.array(
  fc
    .record({ event: oddText, resource: oddResource, related: oddResource, payload: oddLabels })
    .map(({ event, resource, related, payload }) => ({
      event,
      resource: asResource(resource),
      related: [{ ...asResource(related), 'prefect.resource.role': 'role' }],
      payload,
    })),
  { minLength: 40, maxLength: 40 },
);
const oddPatterns = fc.array(
  fc.tuple(fc.constantFrom('', '!'), oddText).map((parts) => parts.join('')),
  {
    minLength: 1,
    maxLength: 2,
  },
);
const oddResourceFilter = fc.record({ labels: fc.dictionary(oddLabel, oddPatterns, { minKeys: 1, maxKeys: 2 }) });
const oddFilter = fc.oneof(
  fc.record({ resource: oddResourceFilter }),
  fc.record({ related: fc.array(oddResourceFilter, { minLength: 1, maxLength: 2 }) }),
  fc.record({ any_resource: oddResourceFilter }),
  fc.record({ event: fc.record({ prefix: fc.array(oddText, { minLength: 1, maxLength: 2 }) }) }),
  fc.record({ text: fc.record({ query: oddText }) }),
);

test('of odd texts, too, a live event passes the filters that it passes when it is stored', async () => {
  const [some] = fc.sample(oddEvents, { numRuns: 1, seed: 7 });
  const pair = { event: 'pair', resource: { 'prefect.resource.id': 'r', a: '😀' }, related: [], payload: {} };
  const occurred = new Date().toISOString();
  const sent: WireEvent[] = [...some!, pair].map((each) => ({
    ...each,
    id: newId(),
    occurred,
    received: occurred,
    follows: null,
  }));
  expect((await call('', sent)).status).toBe(204);
  const own = {
    occurred: { since: new Date(Date.now() - 60_000).toISOString() },
    id: { id: sent.map(({ id }) => id) },
  };
  await fc.assert(
    fc.asyncProperty(oddFilter, async (filter) => {
      const { body } = await call('/filter', { filter: { ...own, ...filter }, limit: 50 });
      const stored = new Set((body.events as WireEvent[]).map(({ id }) => id));
      const live = sent.filter((event) => matchesEvent(eventFilter.parse({ ...own, ...filter }), event));
      expect(live.map(({ id }) => id).toSorted()).toEqual([...stored].toSorted());
    }),
    {
      numRuns: 150,
      seed: Number(process.env['SEED'] ?? 1),
      examples: ['?', '??', '*?'].map((a) => [{ resource: { labels: { a: [a] } } }] satisfies [object]),
    },
  );
});

test(`each of ${golden.counted.length} counts has the buckets that a real server makes`, async () => {
  for (const { by, body, status, answer } of golden.counted) {
    const given = await call(`/count-by/${by}`, body);
    const counts = status === 200 && !Array.isArray(answer) ? summary(given.body as Bucket[]) : given.body;
    expect
      .soft({ status: given.status, answer: plainly(counts) }, `${by} ${JSON.stringify(body)}`)
      .toEqual({ status, answer: plainly(answer) });
  }
});
