import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { clockMs } from '../src/agent/lease.js';
import { ProcessGroup } from '../src/runners/process-group.js';
import { endWhatEnginesLeave } from '../src/runners/python-engine.js';
import { descendantsOf } from './agent-process.js';

const shell = (script: string) => ProcessGroup.start('/bin/sh', ['-c', script], { cwd: '/', env: process.env });

/** Living members of a group; those that have ended and wait for their parent do not count. */
function membersOf(groupId: number): number {
  const all = execFileSync('ps', ['-eo', 'pgid=,stat='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => Number(line.trim().split(/\s+/)[0]) === groupId && !line.includes('Z')).length;
}

test('what a process started ends with it', async () => {
  const group = await shell('sleep 100 & sleep 100 & exit 3');
  expect(await group.exited).toEqual({ code: 3, signal: null, left: 0 });
  await expect.poll(() => membersOf(group.pid)).toBe(0);
});

test('a process that hears SIGTERM may end in its own way', async () => {
  const group = await shell('trap "exit 7" TERM; echo up; while :; do sleep 0.05; done');
  await once(group.child.stdout!, 'data');
  expect(await group.end(60_000)).toEqual({ code: 7, signal: null, left: 0 });
});

test('one that does not is killed after the grace', async () => {
  const group = await shell('trap "" TERM; echo up; while :; do sleep 0.05; done');
  await once(group.child.stdout!, 'data');
  expect((await group.end(100)).signal).toBe('SIGKILL');
  await expect.poll(() => membersOf(group.pid)).toBe(0);
});

test('a program that is not there is an error at once', async () => {
  await expect(ProcessGroup.start('/not/there', [], { cwd: '/', env: {} })).rejects.toThrow('ENOENT');
});

test('nothing outlives an owner that is killed', async () => {
  const module = new URL('../dist/runners/process-group.js', import.meta.url).href;
  const program = `import { ProcessGroup } from '${module}';
    const group = await ProcessGroup.start('/bin/sh', ['-c', 'sleep 100 & wait'], { cwd: '/', env: process.env });
    console.log(group.pid);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  const groupId = Number(line.toString());
  expect(membersOf(groupId)).toBeGreaterThan(0);
  owner.kill('SIGKILL');
  await expect.poll(() => membersOf(groupId)).toBe(0);
});

test('a watchdog that stood still alone hears what it was told meanwhile before it ends anybody', async () => {
  const group = await shell('while :; do sleep 0.05; done');
  const endsNow = async () => {
    const other = await shell('sleep 100');
    other.keepUntil(clockMs());
    await other.exited;
  };
  const firstEnd = clockMs() + 8_000;
  group.keepUntil(firstEnd);
  // Then it has heard of the one before as well.
  await endsNow();
  const watchdog = descendantsOf(process.pid).find(({ words }) => words.includes('watchdog-process'))!;
  process.kill(watchdog.pid, 'SIGSTOP');
  group.keepUntil(firstEnd + 600_000);
  await expect.poll(() => clockMs() > firstEnd, { timeout: 30_000 }).toBe(true);
  process.kill(watchdog.pid, 'SIGCONT');
  await endsNow();
  expect(group.hasEnded).toBe(false);
  await group.kill();
}, 60_000);

/**
 * Like Prefect's client it starts an engine and reads what that writes to its end. The engine starts a daemon that holds
 * the output, in a session of its own, and is gone.
 */
const client = `
  const { spawn } = require('node:child_process');
  const daemon = "require('node:child_process').spawn('sleep', ['100'], { detached: true, stdio: 'inherit' }).unref();";
  const engine = daemon + "console.log('up'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500);";
  const child = spawn(process.execPath, ['-e', engine, '--', '-m', 'prefect.engine'], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.pipe(process.stdout);
  child.on('close', (code, signal) => { spawn('sleep', ['0.3'], { stdio: 'inherit' }).on('exit', (code) => process.exit(signal === 'SIGKILL' && code === 0 ? 7 : 1)); });`;

test.runIf(process.platform === 'linux')(
  'what a dead engine left behind keeps the client no longer, which goes on and ends as it likes',
  async () => {
    const group = await ProcessGroup.start(process.execPath, ['-e', client], { cwd: '/', env: process.env });
    void endWhatEnginesLeave(group);
    group.child.stdout!.resume();
    expect(await group.exited).toEqual({ code: 7, signal: null, left: 0 });
    expect(membersOf(group.pid)).toBe(0);
  },
  20_000,
);
