import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { endOrphans, orphanWords } from '../src/processes/orphans.js';
import { markOfOwner, placeOf, selfAt, type Owner } from '../src/processes/owner.js';
import { markName } from '../src/processes/process-table.js';
import { isAlive } from './agent-process.js';

const begun: ChildProcess[] = [];
afterEach(() => {
  for (const each of begun.splice(0)) each.kill('SIGKILL');
});

/** A process of a tree with this mark; it says a word when it is there, and stays. */
async function start(mark: string, more: Record<string, string> = {}): Promise<number> {
  const env = { ...process.env, [markName]: mark, ...more };
  const child = spawn('/bin/sh', ['-c', "trap '' TERM HUP; echo here; while :; do sleep 0.2; done"], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  begun.push(child);
  await once(child.stdout!, 'data');
  return child.pid!;
}

async function deadPid(): Promise<number> {
  const child = spawn('/bin/true');
  await once(child, 'exit');
  return child.pid!;
}

const home = `/home/of-this-test-${process.pid}`;
const self = selfAt(placeOf(home, 'http://one'));
const treeOf = (owner: Partial<Owner>) => `${markOfOwner({ ...self, ...owner })}.1`;

test.skipIf(process.platform !== 'linux')(
  'what is left of owners of our home and server that are gone is ended, be their ids others’ by now; nothing else is',
  async () => {
    const orphans = [
      await start(treeOf({ pid: await deadPid() }), { HEADGATE_FLOW_RUN_ID: 'some-run' }),
      await start(treeOf({ startedAt: self.startedAt - 1 })),
    ];
    const others = [
      await start(treeOf({})),
      await start(treeOf({ pid: await deadPid(), namespace: `${self.namespace}1` })),
      await start(treeOf({ pid: await deadPid(), place: placeOf(`${home}/other`, 'http://one') })),
      await start(treeOf({ pid: await deadPid(), place: placeOf(home, 'http://other') })),
      await start(`${crypto.randomUUID()}.1`),
    ];
    const { found, left } = await endOrphans(self.place);
    const pids = found.map(({ pid }) => pid);
    expect([pids.filter((pid) => others.includes(pid)), left]).toEqual([[], 0]);
    expect(pids).toEqual(expect.arrayContaining(orphans));
    expect(orphanWords(found)).toContain(`process ${orphans[0]} of run some-run`);
    expect(orphans.filter(isAlive)).toEqual([]);
    expect(others.filter(isAlive)).toEqual(others);
  },
);
