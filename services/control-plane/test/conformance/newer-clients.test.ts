import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientVersionKnown } from '@headgate/contracts/rest/server-info';
import { openApiDocument } from '../../src/core/openapi/document.js';
import { alternativesOf, type Document, type Json } from '../../src/core/openapi/open-api.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';

/** Clients newer than the release that we follow may send keys that nobody knows yet. */
let app: TestApp;
let owner: Tenant;
let bodies: { method: string; address: string; schema: Json }[];
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const { paths } = openApiDocument(app.app, 'test') as Document;
  bodies = Object.entries(paths).flatMap(([address, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      // A template is text.
      return schema && !address.includes('templates') ? [{ method, address, schema }] : [];
    }),
  );
});
afterAll(() => app.close());

const newer = 'prefect/3.10.0 (API 0.8.4)';
const others = [
  `prefect/${clientVersionKnown} (API 0.8.4)`,
  'prefect/3.6.29 (API 0.8.4)',
  'python-httpx/0.28',
  undefined,
];
const key = 'made_up_tomorrow';

/** Bodies that hold an unknown key in one place each: at the top, and in every object further in that refuses some. */
function bodiesWithIt(schema: Json, depth = 0): { body: unknown; top: boolean }[] {
  if (depth > 6) return [];
  return alternativesOf(schema).flatMap((each): { body: unknown; top: boolean }[] => {
    if (each['type'] === 'array')
      return bodiesWithIt(each['items'] ?? {}, depth + 1).map(({ body }) => ({ body: [body], top: depth === 0 }));
    if (each['type'] !== 'object') return [];
    const inner = Object.entries((each['properties'] ?? {}) as Record<string, Json>).flatMap(([name, property]) =>
      bodiesWithIt(property, depth + 1).map(({ body }) => ({ body: { [name]: body }, top: false })),
    );
    return each['additionalProperties'] === false ? [{ body: { [key]: 1 }, top: depth === 0 }, ...inner] : inner;
  });
}

async function send(method: string, address: string, body: unknown, agent: string | undefined) {
  const ids: Record<string, string> = {
    account_id: owner.accountId,
    workspace_id: owner.workspaceId,
    countable: 'day',
    view: 'aggregate-worker-metadata',
  };
  const url = address.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? randomUUID());
  const answer = await app.app.inject({
    method: method.toUpperCase() as 'POST',
    url,
    payload: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${owner.key}`,
      'content-type': 'application/json',
      'user-agent': agent ?? '',
    },
  });
  const mistakes: { type: string; loc: unknown[] }[] =
    answer.statusCode === 422 ? (answer.json().exception_detail ?? []) : [];
  const unknown = mistakes.filter(({ type, loc }) => type === 'extra_forbidden' && loc.at(-1) === key);
  return { status: answer.statusCode, unknown, warning: answer.headers['warning'] };
}

test('what no schema knows yet is ignored when a newer client sends it, wherever it stands, and the answer says so', async () => {
  // Many doors share the schemas further in.
  const tried = new Set<string>();
  for (const { method, address, schema } of bodies)
    for (const { body, top } of bodiesWithIt(schema)) {
      const text = JSON.stringify(body);
      if (!top && tried.has(text)) continue;
      tried.add(text);
      const told = await send(method, address, body, newer);
      expect([method, address, body, told.unknown, told.status < 500]).toEqual([method, address, body, [], true]);
      if (told.status === 404 || told.status === 403) continue;
      if (top) expect([address, body, told.warning]).toEqual([address, body, expect.stringContaining(key)]);
    }
  expect(tried.size).toBeGreaterThan(100);
});

test('clients that are not newer are refused what nobody knows', async () => {
  let refused = 0;
  for (const { method, address, schema } of bodies)
    for (const { body } of bodiesWithIt(schema).filter(({ top }) => top)) {
      const answers = await Promise.all(others.map((agent) => send(method, address, body, agent)));
      if (answers.some(({ status }) => status === 404 || status === 403)) continue;
      refused++;
      for (const { status, unknown, warning } of answers)
        expect([address, status, unknown.length > 0, warning]).toEqual([address, 422, true, undefined]);
    }
  expect(refused).toBeGreaterThan(20);
});

test('what a newer client sent beside it is kept; what is wrong beside it is still refused', async () => {
  const post = (body: object, agent: string) =>
    app.app.inject({
      method: 'POST',
      url: '/api/flows/',
      payload: JSON.stringify(body),
      headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json', 'user-agent': agent },
    });
  const made = await post({ name: 'f', tags: ['a'], [key]: { deep: [1] } }, newer);
  expect([made.statusCode, made.json().tags, made.headers['warning']]).toEqual([
    201,
    ['a'],
    `299 headgate "Prefect 3.10.0 is newer than ${clientVersionKnown}, which this server follows; ignored: ${key}"`,
  ]);
  const wrong = await post({ name: 5, [key]: 1 }, newer);
  expect([wrong.statusCode, wrong.json().exception_detail.map((each: { type: string }) => each.type)]).toEqual([
    422,
    ['string_type'],
  ]);
  expect((await post({ name: 'g' }, newer)).headers['warning']).toBeUndefined();
});

test('the warning has an end, and no bytes of the client that a header could not hold', async () => {
  const body = {
    name: 'f',
    ...Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`${at}\r\n"é`.repeat(50), at])),
  };
  const answer = await app.app.inject({
    method: 'POST',
    url: '/api/flows/',
    payload: JSON.stringify(body),
    headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json', 'user-agent': newer },
  });
  expect([200, 201]).toContain(answer.statusCode);
  expect(String(answer.headers['warning']).length).toBeLessThan(2000);
  expect(answer.headers['warning']).toMatch(/^299 headgate "[\x20-\x7e]+ and 4980 more"$/);
});
