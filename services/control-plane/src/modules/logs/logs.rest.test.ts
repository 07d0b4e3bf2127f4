import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const post = (path: string, body: unknown) => app.inject('POST', `/api/logs/${path}`, body, owner.key);

test('no level is refused: those that are too far out count as the ends', async () => {
  const levels = [20, -5, 99_999, 3e10, -99_999];
  const lines = levels.map((level, at) => ({
    name: 'gauge',
    level,
    message: String(level),
    timestamp: `2026-11-20T10:00:0${at}.000Z`,
  }));
  expect((await post('', lines)).status).toBe(201);
  const stored = (await post('filter', {})).body.map(({ level }: { level: number }) => level);
  expect(stored).toEqual([20, -5, 32_767, 32_767, -32_768]);
  const above = (level: number) => post('filter', { logs: { level: { ge_: level } } });
  for (const level of [30_000, 99_999, 3e10]) expect((await above(level)).body).toHaveLength(2);
  expect((await above(-3e10)).body).toHaveLength(levels.length);
});
