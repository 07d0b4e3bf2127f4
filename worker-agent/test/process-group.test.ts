import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ProcessGroup } from '../src/runners/process-group.js';

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
