import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { ctxFor } from '../../../test/ctx.js';
import { statementsDuring } from '../../../test/statements.js';
import { Live } from '../../core/live/live.js';
import { followLogs } from './follow.js';
import { LogsService } from './logs.service.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const follow = (flowRunId: string) =>
  followLogs(app.app.get(Live), app.app.get(LogsService), ctxFor(owner), { flowRunId }, null);

/** The messages, in the order of arrival, until there are so many. */
async function take(lines: ReturnType<typeof follow>, count: number): Promise<string[]> {
  const messages: string[] = [];
  while (messages.length < count) {
    const { value } = await lines.next();
    messages.push(...value.map((line: { message: string }) => line.message));
  }
  return messages;
}

async function send(flowRunId: string, messages: string[], timestampOf: (at: number) => string): Promise<void> {
  const lines = messages.map((message, at) => ({
    name: 'n',
    level: 20,
    message,
    flow_run_id: flowRunId,
    timestamp: timestampOf(at),
  }));
  for (let at = 0; at < lines.length; at += 500)
    expect((await app.inject('POST', '/api/logs/', lines.slice(at, at + 500), owner.key)).status).toBe(201);
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`);
const start = Date.parse('2026-11-20T10:00:00.000Z');

test.each([
  ['5,000 lines of one moment', 5_000, () => 0],
  ['2,000 lines within three seconds', 2_000, (at: number) => at],
])('%s come once each and in order', async (_, count, millisecondOf) => {
  const id = randomUUID();
  const lines = follow(id);
  const taken = take(lines, count);
  await send(id, numbered(count), (at) => new Date(start + millisecondOf(at)).toISOString());
  expect(await taken).toEqual(numbered(count));
  await lines.return!();
});

test('lines that many follow are read once for all of them', async () => {
  const id = randomUUID();
  const followers = Array.from({ length: 50 }, () => follow(id));
  const first = followers.map((lines) => take(lines, 1));
  await send(id, ['first'], () => new Date(start).toISOString());
  await Promise.all(first);
  const reads = await statementsDuring(/from "?log"?\b/, async () => {
    const next = followers.map((lines) => take(lines, 1));
    await send(id, ['next'], () => new Date(start + 1).toISOString());
    expect(await Promise.all(next)).toEqual(followers.map(() => ['next']));
  });
  // One for the news, and what looks back meanwhile: one each second.
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThan(followers.length / 2);
  for (const lines of followers) await lines.return!();
});

test('a line that is stored late is not left out', async () => {
  const id = randomUUID();
  const lines = follow(id);
  await send(id, ['second'], () => new Date(start + 1_000).toISOString());
  expect(await take(lines, 1)).toEqual(['second']);
  await send(id, ['first'], () => new Date(start).toISOString());
  expect(await take(lines, 1)).toEqual(['first']);
  await lines.return!();
});

test('lines that are larger together than a statement may answer are followed, a few at a time', async () => {
  const id = randomUUID();
  const texts = numbered(80).map((text) => text + ' x'.repeat(250_000));
  for (let from = 0; from < texts.length; from += 8)
    await send(id, texts.slice(from, from + 8), (n) => new Date(start + from + n).toISOString());
  const lines = follow(id);
  expect((await take(lines, texts.length)).map((text) => text.slice(0, 7).trim())).toEqual(numbered(80));
  await lines.return!();
});

const year = 365 * 86_400_000;
test.each([
  ['a line of the year after next', () => [Date.now() + 2 * year]],
  ['lines of other days to come', () => [2, 9, 1, 400, 3].map((days) => Date.now() + days * 86_400_000 - 1_000)],
  ['a line of an hour ahead', () => [Date.now() + 3_600_000]],
])('after %s, later lines go on appearing, each once', async (_, ahead) => {
  const id = randomUUID();
  const lines = follow(id);
  const dates = ahead();
  await send(id, ['before'], () => new Date().toISOString());
  await send(id, numbered(dates.length), (at) => new Date(dates[at]!).toISOString());
  const given = await take(lines, 1 + dates.length);
  expect(given.toSorted()).toEqual(['before', ...numbered(dates.length)].toSorted());
  for (let round = 0; round < 3; round++) {
    const [now, past] = [`now ${round}`, `past ${round}`];
    await send(id, [now, past], (at) => new Date(Date.now() - at * 10 * year).toISOString());
    expect((await take(lines, 2)).toSorted()).toEqual([now, past]);
  }
  await lines.return!();
});

test('lines that come in by the thousand behind one that is dated ahead all appear, once', async () => {
  const id = randomUUID();
  const lines = follow(id);
  await send(id, ['ahead'], () => new Date(Date.now() + year).toISOString());
  expect(await take(lines, 1)).toEqual(['ahead']);
  await send(id, numbered(3_000), () => new Date().toISOString());
  expect((await take(lines, 3_000)).toSorted()).toEqual(numbered(3_000).toSorted());
  await lines.return!();
});

test('who goes on from a line that is dated ahead is given what came in since then', async () => {
  const id = randomUUID();
  await send(id, ['first', 'ahead'], (at) => new Date(Date.now() + at * year).toISOString());
  const { lines: known } = await app.app
    .get(LogsService)
    .pageOfRun(ctxFor(owner), { flowRunId: id }, { after: null, first: 9 });
  const last = known.at(-1)!;
  expect(last.message).toBe('ahead');
  await send(id, ['meanwhile'], () => new Date().toISOString());
  const place = { timestamp: last.timestamp, id: last.id };
  const lines = followLogs(app.app.get(Live), app.app.get(LogsService), ctxFor(owner), { flowRunId: id }, place);
  expect(await take(lines, 1)).toEqual(['meanwhile']);
  await send(id, ['now'], () => new Date().toISOString());
  expect(await take(lines, 1)).toEqual(['now']);
  await lines.return!();
});

test('of many clocks, and of more lines than are remembered, all appear, once', async () => {
  const id = randomUUID();
  const lines = follow(id);
  const clocks = [0, 0, year, -3_600_000, 120_000, -9 * year, 86_000_000, 20 * 86_400_000];
  const all = numbered(30_000);
  const taken = take(lines, all.length);
  for (let from = 0; from < all.length; from += 500)
    await send(id, all.slice(from, from + 500), (n) =>
      new Date(Date.now() + clocks[(from / 500 + Math.floor(n / 125)) % clocks.length]!).toISOString(),
    );
  expect((await taken).toSorted()).toEqual(all.toSorted());
  await lines.return!();
});
