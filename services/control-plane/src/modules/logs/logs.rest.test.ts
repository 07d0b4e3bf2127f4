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

test('a level is kept as it is, or refused where it cannot be; what is looked for may be any', async () => {
  const line = (level: number, at = 0) => ({
    name: 'gauge',
    level,
    message: String(level),
    timestamp: `2026-11-20T10:00:0${at}.000Z`,
  });
  const levels = [20, -5, 32_767, -32_768];
  expect((await post('', levels.map(line))).status).toBe(201);
  for (const level of [32_768, 3e10, -32_769]) {
    const { status, body } = await post('', [line(20), line(level)]);
    expect([status, body.exception_detail[0].loc, body.exception_detail[0].msg]).toEqual([
      422,
      ['body', 1, 'level'],
      level > 0 ? 'Input should be less than or equal to 32767' : 'Input should be greater than or equal to -32768',
    ]);
  }
  const found = async (asked: object) =>
    (await post('filter', { logs: { level: asked } })).body.map(({ level }: { level: number }) => level);
  expect(await found({})).toEqual(levels);
  for (const level of [32_769, 3e10, Number.MAX_SAFE_INTEGER]) {
    expect([await found({ ge_: level }), await found({ le_: -level })]).toEqual([[], []]);
    expect([await found({ le_: level }), await found({ ge_: -level })]).toEqual([levels, levels]);
  }
});

test('who asks since a moment that lies ahead is given what is dated later, whenever it came in; since one that is past, what came in since then', async () => {
  const tenant = await app.tenant();
  const as = (path: string, body: unknown) => app.inject('POST', `/api/logs/${path}`, body, tenant.key);
  const day = 86_400_000;
  const at = (days: number) => new Date(Date.now() + days * day).toISOString();
  const dates = { past: -40, now: 0, soon: 0.5, later: 1.5, far: 900 };
  const lines = Object.entries(dates).map(([message, days]) => ({
    name: 'n',
    level: 20,
    message,
    timestamp: at(days),
  }));
  expect((await as('', lines)).status).toBe(201);
  const since = async (days: number) =>
    (await as('filter', { logs: { timestamp: { after_: at(days) } } })).body
      .map((line: { message: string }) => line.message)
      .sort();
  const late = async () => {
    // As if it had come in long ago.
    await app.db.sql.query(
      `update log set timestamp = timestamp - interval '20 days' where workspace_id = $1 and dated is not null`,
      [tenant.workspaceId],
    );
  };
  expect(await since(-1)).toEqual(['far', 'later', 'now', 'soon']);
  await late();
  expect(await since(-1)).toEqual(['now', 'soon']);
  for (const [days, found] of [
    [0.1, ['far', 'later', 'soon']],
    [0.9, ['far', 'later']],
    [1.6, ['far']],
    [899, ['far']],
    [901, []],
  ] as const)
    expect.soft(await since(days)).toEqual(found);
});
