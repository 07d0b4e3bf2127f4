import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { markName, readProcesses, readPs } from '../src/processes/process-table.js';
import { ProcessTree } from '../src/processes/process-tree.js';
import { watchdog } from '../src/processes/watchdog.js';
import { ProcessGroup } from '../src/runners/process-group.js';
import { isAlive } from './agent-process.js';

/** Processes write their ids here, one file each. */
let folder: string;
const begun: { pid: number; kill(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tree-'));
});
afterEach(() => {
  // A chain goes on only where it finds itself.
  for (const name of readdirSync(folder)) if (name.endsWith('.sh')) rmSync(join(folder, name));
  for (const pid of alive()) process.kill(pid, 'SIGKILL');
  for (const each of begun.splice(0)) each.kill();
  rmSync(folder, { recursive: true, force: true });
});

const written = (): number[] => readdirSync(folder).map(Number).filter(Number.isInteger);
const alive = (): number[] => {
  const wanted = written();
  const rows =
    wanted.length === 0
      ? []
      : table().filter(([pid, , state]) => wanted.includes(Number(pid)) && !state!.startsWith('Z'));
  return rows.map(([pid]) => Number(pid));
};
/** Process, parent, state of all. */
const table = (): string[][] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((row) => row.trim().split(/\s+/));

/** A shell that says that it is there, and stays; `deaf` is to SIGTERM. */
const stay = (deaf = true) => `${deaf ? "trap '' TERM HUP; " : ''}: > ${folder}/$$; while :; do sleep 0.2; done`;
const quoted = (script: string) => `'${script.replaceAll("'", `'\\''`)}'`;
const apart = (script: string, how = '') => `${how} setsid -f /bin/sh -c ${quoted(script)}`;
const silent = '>/dev/null 2>&1 </dev/null';

/** Ways in which processes leave those that started them. */
const escapes: Record<string, () => string> = {
  'a session of its own': () => apart(stay()),
  'a session in a session, that nobody is the parent of': () => apart(`${apart(stay())}; :`),
  'an environment of its own': () => `env -i /bin/sh -c ${quoted(stay())} ${silent} &`,
  'a session and an environment of its own': () => apart(stay(), 'env -i'),
  'a session and outputs of its own': () => `${apart(stay())} ${silent}`,
  'a child of a child that is gone': () => `(/bin/sh -c ${quoted(stay())} & ) &`,
};

async function start(script: string): Promise<ProcessGroup> {
  const group = await ProcessGroup.start('/bin/sh', ['-c', script], { cwd: folder, env: process.env });
  begun.push({ pid: group.pid, kill: () => void group.kill() });
  return group;
}

const shown = (count: number) => until(`${count} processes are there`, () => alive().length >= count);

/** Ends with 3 as soon as there is a file `go`. */
const untilGo = `until [ -e go ]; do sleep 0.05; done; exit 3`;
const go = () => writeFileSync(join(folder, 'go'), '');

test.each(Object.keys(escapes))('%s does not save a process from the end of the first one', async (how) => {
  const group = await start(`${escapes[how]!()}\n${untilGo}`);
  await shown(1);
  go();
  expect(await group.exited).toEqual({ code: 3, signal: null, left: 0 });
  expect(alive()).toEqual([]);
});

test.each(Object.keys(escapes))('%s does not save a process that is deaf to SIGTERM', async (how) => {
  const group = await start(`${escapes[how]!()}\n${stay()}`);
  await shown(2);
  expect(await group.end(300)).toMatchObject({ signal: 'SIGKILL', left: 0 });
  expect(alive()).toEqual([]);
});

test('all of them hear SIGTERM, and have the time to end in their own way', async () => {
  const polite = `trap ': > ${folder}/ended; exit 0' TERM; : > ${folder}/$$; while :; do sleep 0.05; done`;
  const group = await start(`${apart(polite)}\n${polite}`);
  await shown(2);
  expect(await group.end(60_000)).toMatchObject({ code: 0, left: 0 });
  expect(readdirSync(folder)).toContain('ended');
});

test('what starts others faster than one can look is ended as well', async () => {
  const bomb = `: > ${folder}/$$; [ $1 -lt 5 ] && { sh bomb $(($1 + 1)) & sh bomb $(($1 + 1)) & }; while :; do sleep 1; done`;
  writeFileSync(join(folder, 'bomb'), bomb);
  const group = await start(`setsid -f sh bomb 0\n${stay()}`);
  await shown(20);
  expect(await group.end(0)).toMatchObject({ left: 0 });
  expect(alive()).toEqual([]);
});

test('what goes on as another process again and again, and ends each time, is ended as well', async () => {
  // Without its group, session, outputs and parent: nothing but its environment tells what it is.
  const chain = (name: string, turns = 1_000_000) => {
    const hop = `echo >> ${name}.hops; [ $(($1)) -lt ${turns} ] || exit 0; sleep 0.05; exec setsid -f sh ${name}.sh $(($1 + 1)) ${silent}`;
    writeFileSync(join(folder, `${name}.sh`), hop);
    return `setsid -f sh ${name}.sh 0 ${silent}`;
  };
  const hops = (name: string) => {
    try {
      return readFileSync(join(folder, `${name}.hops`)).length;
    } catch {
      return 0;
    }
  };
  const names = Array.from({ length: 8 }, (_, at) => `chain${at}`);
  const groups = await Promise.all(names.map((name) => start(`${chain(name)}\n${untilGo}`)));
  await until('all have gone on', () => names.every((name) => hops(name) > 3));
  go();
  for (const { exited } of groups) expect(await exited).toEqual({ code: 3, signal: null, left: 0 });
  const before = names.map(hops);
  // As long as another one goes on, they would have.
  spawn('/bin/sh', ['-c', chain('other', 30)], { cwd: folder, stdio: 'ignore' });
  await until('another one has gone on', () => hops('other') > 30);
  expect(names.map(hops)).toEqual(before);
});

test('a process that is stopped is ended', async () => {
  const group = await start(`${apart(stay())}\n${stay()}`);
  await shown(2);
  for (const pid of written()) process.kill(pid, 'SIGSTOP');
  expect(await group.end(100)).toMatchObject({ left: 0 });
  expect(alive()).toEqual([]);
});

test('strangers are left alone, also those that have the id of one that was ours', async () => {
  const stranger = spawn('/bin/sh', ['-c', stay()], { detached: true, stdio: 'ignore' });
  begun.push({ pid: stranger.pid!, kill: () => void stranger.kill('SIGKILL') });
  await shown(1);
  const { processes } = await readProcesses();
  const { startedAt } = processes.get(stranger.pid!)!;
  const before = new ProcessTree({
    mark: 'gone',
    pid: stranger.pid!,
    startedAt: startedAt - 1,
    outputs: [],
    cgroup: null,
  });
  expect(await before.members()).toEqual([]);
  await before.end();
  expect(isAlive(stranger.pid!)).toBe(true);
});

test('where there are control groups, nothing saves a process', async ({ skip }) => {
  if (watchdog.cgroups === null) skip('control groups cannot be made here');
  const group = await start(`${apart(stay(), 'env -i')} ${silent}\n${untilGo}`);
  await shown(1);
  go();
  expect(await group.exited).toMatchObject({ left: 0 });
  expect(alive()).toEqual([]);
});

test('where there are none, the other signs are enough for all but that', async () => {
  for (const how of Object.keys(escapes)) {
    const child = spawn('/bin/sh', ['-c', `${escapes[how]!()}\n${stay()}`], {
      detached: true,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [markName]: how },
    });
    const tree = ProcessTree.of(child.pid!, how, null);
    await shown(2);
    expect((await tree.end()).length, how).toBe(0);
    expect(alive(), how).toEqual([]);
  }
});

test('what `ps` tells is what the kernel tells', async () => {
  const group = await start(`${apart(stay())}\n${stay()}`);
  await shown(2);
  // Whose parent ends in between has another one in the second look.
  const differences = async () => {
    const [kernel, ps] = [await readProcesses(), await readPs()];
    const said = (of: typeof kernel, pid: number) => {
      const { parent, group: its } = of.processes.get(pid)!;
      return { pid, parent, group: its, mark: of.markOf(pid) };
    };
    return written().map((pid) => [said(kernel, pid), said(ps, pid)]);
  };
  await expect
    .poll(differences)
    .toSatisfy((pairs: object[][]) => pairs.every(([one, other]) => isDeepStrictEqual(one, other)));
  await group.kill();
});

/** An owner of such a group, as the agent is one. */
async function owner(script: string): Promise<ChildProcess> {
  const module = new URL('../dist/runners/process-group.js', import.meta.url).href;
  const program = `import { ProcessGroup } from '${module}';
    await ProcessGroup.start('/bin/sh', ['-c', ${JSON.stringify(script)}], { cwd: '${folder}', env: process.env });
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  begun.push({ pid: child.pid!, kill: () => void child.kill('SIGKILL') });
  return child;
}

test.each(Object.keys(escapes))('%s does not save a process from the end of a killed owner', async (how) => {
  const child = await owner(`${escapes[how]!()}\n${stay()}`);
  await shown(2);
  child.kill('SIGKILL');
  await until('nothing is left', () => alive().length === 0);
});

test('nor does the end of the watchdog: another one takes its place', async () => {
  const child = await owner(`${apart(stay())}\n${stay()}`);
  await shown(2);
  const watchdogOf = () => childrenOf(child.pid!).find((pid) => commandOf(pid).includes('watchdog-process'));
  const first = (await until('a watchdog', watchdogOf))!;
  process.kill(first, 'SIGKILL');
  await until('another watchdog', () => ![undefined, first].includes(watchdogOf()));
  child.kill('SIGKILL');
  await until('nothing is left', () => alive().length === 0);
});

/** The command of a process; empty once it is gone. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};
const childrenOf = (pid: number): number[] =>
  table().flatMap(([id, parent]) => (Number(parent) === pid ? [Number(id)] : []));
