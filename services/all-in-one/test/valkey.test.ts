import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, startValkey, type Valkey } from '@headgate/all-in-one';
import { expect, onTestFinished, test } from 'vitest';
import { ownFolder } from './support/folder.js';
import { until } from './support/until.js';

/** Commands in the protocol's inline form, one answer each; of somebody who has the address, and so the password. */
async function ask({ url, port }: Valkey, ...commands: string[]): Promise<string[]> {
  const answers = await askStrangely(port, `AUTH ${new URL(url).password}`, ...commands);
  return answers.slice(1);
}

async function askStrangely(port: number, ...commands: string[]): Promise<string[]> {
  const socket = net.connect(port, '127.0.0.1');
  const answers: string[] = [];
  for (const command of commands) {
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    answers.push(answer.toString());
  }
  socket.destroy();
  return answers;
}

async function start(): Promise<Valkey> {
  const valkey = await startValkey({ port: await freePort(), log: path.join(ownFolder(), 'valkey.log') });
  onTestFinished(() => valkey.stop());
  return valkey;
}

test('the bundled Valkey keeps what it is given', async () => {
  const valkey = await start();
  expect(await ask(valkey, 'SET flow value', 'GET flow')).toEqual(['+OK\r\n', '$5\r\nvalue\r\n']);
});

test('the bundled Valkey refuses writes beyond its memory limit and throws nothing out', async () => {
  const [memory, policy] = await ask(await start(), 'CONFIG GET maxmemory', 'CONFIG GET maxmemory-policy');
  expect(memory).toContain(String(512 * 1024 * 1024));
  expect(policy).toContain('noeviction');
});

test('an answer does not wait for the timer of the engine', async () => {
  const valkey = await start();
  // With the bridge as published each answer takes 100 ms; here only those do that a busy machine holds up.
  await until('fifty answers in less than half of that', async () => {
    const started = performance.now();
    await ask(valkey, ...Array.from({ length: 50 }, () => 'PING'));
    return (performance.now() - started) / 50 < 50;
  });
});

test('another program of the machine may not use the bundled Valkey', async () => {
  const { port } = await start();
  const tries = ['GET flow', 'PSUBSCRIBE *', 'FLUSHALL', 'CONFIG GET requirepass', 'AUTH guess'];
  for (const answer of await askStrangely(port, ...tries)) expect(answer).toMatch(/^-(NOAUTH|WRONGPASS)/);
});

test('its log tells the time as it is, from the first line on, and keeps what an earlier start wrote', async () => {
  const log = path.join(ownFolder(), 'valkey.log');
  fs.writeFileSync(log, 'an earlier line\n');
  const before = Date.now();
  const valkey = await startValkey({ port: await freePort(), log });
  onTestFinished(() => valkey.stop());
  // Told in the log as a warning.
  await ask(valkey, 'BGREWRITEAOF', 'CONFIG SET loglevel debug', 'CONFIG RESETSTAT', 'DEBUG LOG here-is-a-line');
  const [earlier, ...lines] = await until('the lines are there', () => {
    const all = fs.readFileSync(log, 'utf8').trim().split('\n');
    return all.length > 2 ? all : null;
  });
  expect(earlier).toBe('an earlier line');
  expect(lines.length).toBeGreaterThan(1);
  const times = lines.map((line) => Number(/(?:^|:M )(\d{13}) /.exec(line)?.[1]));
  expect(times.every((time) => time >= before && time <= Date.now())).toBe(true);
});
