import { randomUUID } from 'node:crypto';
import { isUuid } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { callerOf, furnish, type Call } from './house.js';
import { addressOf, bodyWith, placesOf, publishedDoors, type Place, type Things } from './published.js';

/**
 * An id of another workspace, wherever a body takes one, is an id of nothing: the answer is the same as for one that
 * nobody has, and nothing of what it names is ever shown. Walks all doors, so that a new one is covered by itself.
 */
let app: TestApp;
let owner: Tenant;
let theirs: Tenant;
let house: Things;
/** Whatever the other workspace has that has an id. */
let foreign: string[];

/** All that is theirs is called so. */
const renamed =
  (call: Call): Call =>
  (method, path, body) => {
    const rename = (text: string) => text.replaceAll('house-', 'theirs-').replaceAll('House', 'Theirs');
    return call(method, rename(path), body && JSON.parse(rename(JSON.stringify(body))));
  };

beforeAll(async () => {
  app = await startTestApp({ HEADGATE_LIMIT_REQUESTS: '1000000' });
  [owner, theirs] = [await app.tenant(), await app.tenant()];
  foreign = Object.values(await furnish(renamed(callerOf(app, theirs)))).filter(isUuid);
  const things = await furnish(callerOf(app, owner));
  house = { ...things, account_id: owner.accountId, workspace_id: owner.workspaceId };
});
afterAll(() => app.close());

/** What deletes or moves many at once is tried in tenancy.test.ts. */
const doors = publishedDoors.filter(({ body, path }) => body && !/\/(claim|bulk_\w+)$/.test(path));

/** What many doors have in common is tried at the first of them. */
const seen = new Set<string>();
function isNew(place: Place): boolean {
  const key = place.slice(-3).join();
  return !seen.has(key) && Boolean(seen.add(key));
}

/** An answer without what is another one each time: ids, times, and names that are drawn. */
const plain = ({ status, text }: { status: number; text: string }): string =>
  `${status} ${text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"name":"[a-z]+-[a-z]+"/g, '"name":"drawn"')
    .replaceAll(/"estimated_\w+":[\d.e-]+/g, '"estimated":0')}`;

test('an id of another workspace is answered as one that nobody has', async () => {
  const told: string[] = [];
  let tried = 0;
  for (const { method, path, body } of doors) {
    for (const place of placesOf(body!, ({ format }) => format === 'uuid').filter(isNew)) {
      const send = (id: string) =>
        app.inject(method, addressOf(path, house), bodyWith(body!, house, [[place, id]]), owner.key);
      // What exists after the first time answers the second time as ever after.
      await send(randomUUID());
      const expected = plain(await send(randomUUID()));
      for (const id of foreign) {
        const answer = plain(await send(id));
        if (answer !== expected) told.push(`${method} ${path} ${place.join('.')}: ${answer}, not ${expected}`);
      }
      tried++;
    }
  }
  expect(told).toEqual([]);
  expect(tried).toBeGreaterThan(40);
});

test('no list and no page shows what such an id names', async () => {
  const shown: string[] = [];
  let read = 0;
  for (const { method, path, body } of publishedDoors) {
    if (method !== 'GET' && !/\/(filter|history|paginate|count\w*)$/.test(path)) continue;
    const asked = body ? bodyWith(body, house, []) : undefined;
    const { status, text } = await app.inject(method, addressOf(path, house), asked, owner.key);
    if (status < 300) read++;
    if (text.includes('theirs') || text.includes('Theirs')) shown.push(`${method} ${path} ${text.slice(0, 300)}`);
  }
  expect(shown).toEqual([]);
  expect(read).toBeGreaterThan(60);
});

test('what they have is as they left it', async () => {
  const call = callerOf(app, theirs);
  for (const kind of ['flow_runs', 'task_runs', 'deployments', 'artifacts', 'block_documents'])
    expect(JSON.stringify(await call('POST', `/${kind}/filter`, {})), kind).not.toMatch(/house-|some-text/);
});
