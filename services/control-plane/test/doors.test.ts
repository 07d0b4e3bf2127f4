import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModulesContainer } from '@nestjs/core';
import { NEEDS } from '../src/core/access/needs.js';
import { allScopes } from '../src/core/access/scopes.js';
import { listDoors } from '../src/core/openapi/document.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
});
afterAll(() => app.close());

const graphqlType = 'graphql:resolver_type';

test('every REST door and every GraphQL entry says what it needs', () => {
  const doors = listDoors(app.app).map((door) => ({
    name: `${door.method} ${door.path}`,
    needs: door.needs as string | undefined,
  }));
  const providers = [...app.app.get(ModulesContainer).values()].flatMap((module) =>
    [...module.providers.values()].map((wrapper) => wrapper.metatype),
  );
  const entries = [...new Set(providers)].flatMap((provider) => {
    const prototype =
      typeof provider === 'function' ? (provider.prototype as Record<string, unknown> | undefined) : undefined;
    return Object.getOwnPropertyNames(prototype ?? {}).flatMap((name) => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
      const kind =
        typeof handler === 'function' ? (Reflect.getMetadata(graphqlType, handler) as string | undefined) : undefined;
      return kind && ['Query', 'Mutation', 'Subscription'].includes(kind)
        ? [{ name: `${kind} ${name}`, needs: Reflect.getMetadata(NEEDS, handler!) as string | undefined }]
        : [];
    });
  });
  expect(doors.length).toBeGreaterThan(100);
  expect(entries.length).toBeGreaterThan(25);
  const known = new Set<string | undefined>(['nothing', 'sign-in', ...allScopes]);
  expect([...doors, ...entries].filter((each) => !known.has(each.needs))).toEqual([]);
});

test('every door of a workspace refuses those who send no key, and hides from those who have no part in it', async () => {
  const prefix = `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}`;
  const wrong: string[] = [];
  for (const door of listDoors(app.app).filter(({ needs }) => needs !== 'nothing' && needs !== 'sign-in')) {
    const url = door.path.replace(/^\/api/, prefix).replaceAll(/:\w+/g, '01900000-0000-7000-8000-000000000000');
    const method = door.method.toUpperCase() as 'GET';
    const body = method === 'GET' ? undefined : {};
    if ((await app.inject(method, url, body, null)).status !== 401) wrong.push(`no key: ${method} ${url}`);
    if ((await app.inject(method, url, body, stranger.key)).status !== 404) wrong.push(`stranger: ${method} ${url}`);
  }
  expect(wrong).toEqual([]);
});

test('no body, however wrong, makes a door fail with a 5xx', async () => {
  const prefix = `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}`;
  const bodies: unknown[] = [
    null,
    [],
    'text',
    7,
    { name: 5 },
    { limit: -1 },
    { state: { type: 'NOPE' } },
    { filter: { occurred: 3 } },
    [{}],
    { a: '\u0000' },
    { name: '\u0000', tags: ['\u0000'] },
  ];
  const wrong: string[] = [];
  for (const door of listDoors(app.app).filter(
    ({ needs, method }) => needs !== 'nothing' && method !== 'get' && method !== 'delete',
  )) {
    const url = door.path.replace(/^\/api/, prefix).replaceAll(/:\w+/g, '01900000-0000-7000-8000-000000000000');
    for (const body of bodies) {
      const { status, text } = await app.inject(door.method.toUpperCase() as 'POST', url, body, owner.key);
      if (status >= 500) wrong.push(`${status} ${door.method} ${url} ${JSON.stringify(body)} ${text.slice(0, 80)}`);
    }
  }
  expect(wrong).toEqual([]);
});
