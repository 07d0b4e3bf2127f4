import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { endOrphans } from '../src/processes/orphans.js';
import { markOfOwner, ownerIn, type Owner } from '../src/processes/owner.js';
import { markName } from '../src/processes/process-table.js';
import { isAlive } from './agent-process.js';

const begun: ChildProcess[] = [];
afterEach(() => {
  for (const each of begun.splice(0)) each.kill('SIGKILL');
});

/** A process of a tree with this mark; it says a word when it is there, and stays. */
async function start(mark: string): Promise<number> {
  const env = { ...process.env, [markName]: mark };
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

const self = ownerIn(markOfOwner())!;
const treeOf = (owner: Partial<Owner>) => `${markOfOwner({ ...self, ...owner })}.1`;

test.skipIf(process.platform !== 'linux')(
  'what is left of owners that are gone is ended, be their ids others’ by now; nothing else is',
  async () => {
    const orphans = [
      await start(treeOf({ pid: await deadPid() })),
      await start(treeOf({ startedAt: self.startedAt - 1 })),
    ];
    const others = [
      await start(treeOf({})),
      await start(treeOf({ pid: await deadPid(), namespace: `${self.namespace}1` })),
      await start(`${crypto.randomUUID()}.1`),
    ];
    // An agent that starts meanwhile does the same.
    expect((await endOrphans()).left).toBe(0);
    expect(orphans.filter(isAlive)).toEqual([]);
    expect(others.filter(isAlive)).toEqual(others);
  },
);
