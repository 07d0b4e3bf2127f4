import { groupsIn, homesBeside, removeHome } from './cgroup.js';
import { isGone, ownerIn } from './owner.js';
import { readProcesses, type Process, type ProcessTable } from './process-table.js';
import { isBelow, ProcessTree } from './process-tree.js';
import { markWatched } from './watchdog-words.js';

/** A process that was ended, and the run that it was of, where its environment told. */
export type Orphan = { pid: number; flowRunId: string | null };

/**
 * Ends what owners of this place (one home, one server) have left on this machine that were killed together with their
 * watchdogs. What has an owner that is still there, or may be, is left alone, and so is what owners of other places have
 * left: their agents look after it. An agent that a run has started, and that goes on, is no part of that run: it has
 * runs of its own. What an owner's watchdog is just ending is ended by both. Answers what was there, and how many of it
 * could not be ended.
 */
export async function endOrphans(place: string): Promise<{ found: Orphan[]; left: number }> {
  const table = await readProcesses();
  const homes = homesBeside().filter(({ owner }) => isOrphaned(owner, place, table));
  const marks = new Set(homes.map(({ owner }) => owner));
  for (const pid of table.processes.keys()) {
    const mark = ownerMarkOf(table.markOf(pid));
    if (mark && isOrphaned(mark, place, table)) marks.add(mark);
  }
  const trees = [
    ...[...marks].map((mark) => treeOf(mark, null)),
    ...homes.flatMap(({ owner, home }) => groupsIn(home).map((group) => treeOf(owner, group))),
  ];
  const pids = new Set(trees.flatMap((tree) => tree.membersIn(table).map(({ pid }) => pid)));
  const found = [...pids].map((pid) => ({ pid, flowRunId: table.runOf(pid) }));
  const left = (await Promise.all(trees.map((tree) => tree.end()))).flat();
  for (const { home } of homes) removeHome(home);
  return { found, left: left.length };
}

/** Marks of trees begin with that of their owner. */
const ownerMarkOf = (mark: string | null): string => mark?.replace(/\.\d+$/, '') ?? '';

const shownMax = 5;

/** Which processes were ended, of which runs, and why. */
export function orphanWords(found: Orphan[]): string {
  const shown = found
    .slice(0, shownMax)
    .map(({ pid, flowRunId }) => (flowRunId ? `process ${pid} of run ${flowRunId}` : `process ${pid}`));
  const more = found.length > shownMax ? [`${found.length - shownMax} more`] : [];
  return `ended what an agent of this home that was killed had left behind, since nobody looked after it: ${[...shown, ...more].join(', ')}`;
}

function isOrphaned(mark: string, place: string, table: ProcessTable): boolean {
  const owner = ownerIn(mark);
  return owner !== null && owner.place === place && isGone(owner, table);
}

const treeOf = (mark: string, cgroup: string | null) =>
  new ProcessTree({ mark, pid: 0, startedAt: 0, outputs: [], cgroup }, isOfLivingAgent);

/**
 * Agents that are there, us among them, with their watchdogs, which name them, and all that comes of them. What has come to
 * be below one of them and bears the mark of another is not theirs.
 */
function isOfLivingAgent(table: ProcessTable): (process: Process) => boolean {
  const agents = new Set<number>();
  const watchdogs = new Set<number>();
  const marks = new Set<string>();
  for (const { pid, parent } of table.processes.values()) {
    const mark = markWatched(table.wordsOf(pid));
    const owner = mark === null ? null : ownerIn(mark);
    if (mark === null || owner === null || isGone(owner, table)) continue;
    watchdogs.add(pid);
    marks.add(mark);
    if (parent > 1) agents.add(parent);
  }
  return (each) => {
    if (agents.has(each.pid) || watchdogs.has(each.pid)) return true;
    const mark = ownerMarkOf(table.markOf(each.pid));
    return mark === '' ? [...agents].some((agent) => isBelow(table, each, agent)) : marks.has(mark);
  };
}
