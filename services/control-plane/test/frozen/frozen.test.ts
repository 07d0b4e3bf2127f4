import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '@headgate/testkit';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { Loops } from '../../src/core/loops/loops.js';

/** Runs a program beside this file to its end. */
async function run(program: string, ...args: string[]) {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let written = '';
  child.stdout.on('data', (data: Buffer) => (written += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, written };
}

test.each(['loop', 'pattern', 'wait'])(
  'a process whose event loop stands still (%s) ends with a code of its own, and its log says where it stood',
  async (way) => {
    const { code, written } = await run('freeze.mjs', way);
    expect(code).toBe(70);
    const line = JSON.parse(written.split('\n')[0]!);
    expect(line).toMatchObject({ level: 60, process: 'frozen', msg: expect.stringContaining('stood still for 2 s') });
    expect(line.stack.join('\n')).toMatch(/at standStill \(file:.*freeze\.mjs:\d+:\d+\)/);
  },
);

test('a process that is busy for less than that goes on', async () => {
  expect(await run('freeze.mjs', 'busyForLess')).toEqual({ code: 0, written: '' });
});

test('a process that starts may stand still for longer than one that has started', async () => {
  expect(await run('freeze.mjs', 'busyForLonger', '60')).toEqual({ code: 0, written: '' });
  expect((await run('freeze.mjs', 'busyForLonger')).code).toBe(70);
});

test('a process that never gets beyond its start ends, too', async () => {
  const { code, written } = await run('freeze.mjs', 'loop', '4');
  expect(code).toBe(70);
  expect(written).toContain('stood still for 4 s');
});

test('a process of which a loop hangs is not well, says which, and ends to be started again', async () => {
  const { code, written } = await run('hang.mjs');
  expect(code).toBe(71);
  expect(written).toContain('"loop":"hanging"');
});

test('the health of the loops tells when each last passed, and which one hangs', async () => {
  const loops = new Loops(pino({ level: 'silent' }));
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => (release = resolve));
  loops.add({ name: 'quick', says: 'Passes.', everySeconds: 60, pass: async () => ({}) });
  loops.add({
    name: 'slow',
    says: 'Waits.',
    everySeconds: 60,
    passSecondsMax: 3,
    pass: () => held.then(() => ({})),
  });
  loops.start();
  const of = (name: string) => loops.health().find((loop) => loop.name === name)!;
  expect(of('quick')).toMatchObject({ lastPass: null, ok: true });
  await until('the quick one has passed', () => of('quick').lastPass);
  await until('the slow one is said to hang', () => !of('slow').ok);
  expect(of('quick')).toMatchObject({ everySeconds: 60, runningSeconds: null, ok: true });
  release();
  await until('the slow one has passed', () => of('slow').lastPass);
  expect(of('slow').ok).toBe(true);
  await loops.onApplicationShutdown();
});
