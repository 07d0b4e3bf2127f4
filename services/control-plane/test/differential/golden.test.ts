import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { workspaceHttp } from '../property/workspace.js';
import { answerOf, type Server } from './answers.js';
import { cases } from './cases.js';
import { nullsOf, onPurpose } from './nulls.js';
import { refusalsOf } from './refusals.js';
import { screensOf } from './screens.js';
import { seed, type Post } from './seed.js';

let app: TestApp;
let server: Server;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const post: Post = async (path, payload) => {
    const { status, text, body } = await app.inject('POST', `/api${path}`, payload, owner.key);
    if (status >= 300) throw new Error(`${status} ${path} ${JSON.stringify(payload)} ${text}`);
    return body;
  };
  server = { post, ids: await seed(post) };
});
afterAll(() => app.close());

test.each(cases)('in %s, %j finds what a Prefect server finds', async (path, body, names) => {
  expect(await answerOf(server, path, body)).toEqual({ names, count: names.length });
});

test('words in logs: any of them, all that are required, none that are excluded; phrases; no wildcards', async () => {
  const found = async (query: string) => (await answerOf(server, 'logs', { logs: { text: { query } } })).names;
  expect(await found('cat dog')).toEqual(['the cat sat', 'The DOG sat', 'a dog and a cat']);
  expect(await found('+dog cat')).toEqual(['a dog and a cat']);
  expect(await found('sat -cat')).toEqual(['The DOG sat']);
  expect(await found('"a cat"')).toEqual(['a dog and a cat']);
  expect(await found('%')).toEqual(['100% of _it']);
});

test('the screens of a Prefect server are answered as it answers them', async () => {
  const answers = await screensOf(workspaceHttp(app, owner), server.ids);
  expect(answers).toBe(fs.readFileSync(path.join(import.meta.dirname, 'screens.txt'), 'utf8'));
});

test('null and empty are told apart as a Prefect server tells them apart', async () => {
  let nulls = await nullsOf(workspaceHttp(app, await app.tenant()));
  for (const [line, [theirs, ours]] of Object.entries(onPurpose)) {
    expect(nulls).toContain(`${line} · ${ours}\n`);
    nulls = nulls.replace(`${line} · ${ours}\n`, `${line} · ${theirs}\n`);
  }
  const committed = fs.readFileSync(path.join(import.meta.dirname, 'nulls.txt'), 'utf8');
  expect(nulls.split('\n')).toEqual(committed.split('\n'));
});

test('wrong bodies are refused in the words of a Prefect server', async () => {
  const refusals = await refusalsOf(workspaceHttp(app, await app.tenant()));
  expect(refusals).toBe(fs.readFileSync(path.join(import.meta.dirname, 'refusals.txt'), 'utf8'));
});
