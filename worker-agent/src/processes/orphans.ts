import { groupsIn, homesBeside, removeHome } from './cgroup.js';
import { isGone, ownerIn } from './owner.js';
import { readProcesses, type ProcessTable } from './process-table.js';
import { ProcessTree } from './process-tree.js';

/**
 * Ends what owners have left on this machine that were killed together with their watchdogs. What has an owner that is
 * still there, or may be, is left alone; what an owner's watchdog is just ending is ended by both. Answers how many
 * processes there were, and how many of them could not be ended.
 */
export async function endOrphans(): Promise<{ found: number; left: number }> {
  const table = await readProcesses();
  const homes = homesBeside().filter(({ owner }) => isOrphaned(owner, table));
  const marks = new Set(homes.map(({ owner }) => owner));
  for (const pid of table.processes.keys()) {
    const mark = table.markOf(pid)?.replace(/\.\d+$/, '');
    if (mark && isOrphaned(mark, table)) marks.add(mark);
  }
  const trees = [
    ...[...marks].map((mark) => treeOf(mark, null)),
    ...homes.flatMap(({ owner, home }) => groupsIn(home).map((group) => treeOf(owner, group))),
  ];
  const found = new Set(trees.flatMap((tree) => tree.membersIn(table).map(({ pid }) => pid)));
  const left = (await Promise.all(trees.map((tree) => tree.end()))).flat();
  for (const { home } of homes) removeHome(home);
  return { found: found.size, left: left.length };
}

function isOrphaned(mark: string, table: ProcessTable): boolean {
  const owner = ownerIn(mark);
  return owner !== null && isGone(owner, table);
}

const treeOf = (mark: string, cgroup: string | null) =>
  new ProcessTree({ mark, pid: 0, startedAt: 0, outputs: [], cgroup });
