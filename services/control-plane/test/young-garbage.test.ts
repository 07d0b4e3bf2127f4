import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startSystem, until, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-garbage-')), 'left');
let system: TestSystem;
beforeAll(async () => {
  const preloaded = new URL('young-garbage.mjs', import.meta.url);
  system = await startSystem({
    env: { YOUNG_GARBAGE: file, NODE_OPTIONS: `--import ${preloaded.href}` },
    servers: { adminUrl: inject('adminUrl'), redisUrl: inject('redisUrl'), template: inject('template') },
    loops: false,
  });
}, 240_000);
afterAll(async () => {
  await system.stop();
  fs.rmSync(path.dirname(file), { recursive: true });
});

/** Of the collections that began with all the room for the young in use, which is after the start: what was left. */
function left(): number[] {
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
  return lines.map((line) => line.split(' ').map(Number)).flatMap(([before, after]) => (before! > 40 ? [after!] : []));
}

test('what requests make is gone when the young are collected', { timeout: 240_000 }, async () => {
  let isOver = false;
  const ask = async () => {
    while (!isOver) await (await fetch(`${system.url}/api/hello`)).text();
  };
  const asking = Promise.all([ask(), ask(), ask(), ask()]);
  await until('the young were collected so often', () => left().length >= 8, 200);
  isOver = true;
  await asking;
  const last = left()
    .slice(-6)
    .toSorted((one, other) => one - other);
  expect(last[3]).toBeLessThan(1);
});
