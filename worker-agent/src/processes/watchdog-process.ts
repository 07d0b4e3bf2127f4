/**
 * Waits for the end of the process that started it, ends whatever that has left running, and says so to the control plane. A
 * tree whose time is over is ended as well: its owner stands still, or it would have told another time. The arguments are the
 * mark of the owner, and the folder of its control groups, if any.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { clockMs } from '../agent/lease.js';
import { Api } from '../api/api.js';
import { isPassing } from '../api/http.js';
import { groupsIn, removeHome } from './cgroup.js';
import { ProcessTree } from './process-tree.js';
import type { WatchdogWord, WatchedAgent } from './watchdog-words.js';

const [, , ownerMark, cgroups] = process.argv as [string, string, string, string];
const trees = new Map<string, { tree: ProcessTree; until: number }>();
let agent: WatchedAgent | null = null;
let alarm: NodeJS.Timeout | undefined;

/** A timer does not count the time for which the machine sleeps. */
const longestSleepMs = 250;
const tryAgainMs = 1_000;
/** Whoever cannot be reached for so long has waited for most leases by then, or misses an idle agent by itself. */
const tryForMs = { claims: 600_000, idle: 60_000 };

function known(): WatchdogWord[] {
  try {
    return JSON.parse(readFileSync(0, 'utf8')) as WatchdogWord[];
  } catch {
    return [];
  }
}

function hear(word: WatchdogWord): void {
  if (word.kind === 'started') trees.set(word.root.mark, { tree: new ProcessTree(word.root), until: Infinity });
  else if (word.kind === 'until') Object.assign(trees.get(word.mark) ?? {}, { until: word.at });
  else if (word.kind === 'ended') trees.delete(word.mark);
  else agent = word.agent;
  setAlarm();
}
// What was known when it was started. An owner that ended before it had said so has left nothing, or a part of it.
for (const word of known()) hear(word);
process.on('message', hear);
// What ends a service or a terminal as a whole is meant for the agent: this process has to be there until nothing is left of it.
let isTelling = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => isTelling && process.exit(0));
const onOwnersEnd = () => void finish().finally(() => process.exit(0));
// It may have ended while we were starting.
if (process.connected) process.once('disconnect', onOwnersEnd);
else onOwnersEnd();

function setAlarm(): void {
  clearTimeout(alarm);
  const next = Math.min(Infinity, ...[...trees.values()].map(({ until }) => until));
  if (next === Infinity) return;
  // Who stood still alone finds the alarm overdue, and renewals in the pipe: they are read first.
  alarm = setTimeout(() => setImmediate(endOverdue), Math.max(0, Math.min(longestSleepMs, next - clockMs())));
}

function endOverdue(): void {
  const now = clockMs();
  for (const each of trees.values()) {
    if (each.until > now) continue;
    each.until = Infinity;
    void each.tree.end();
  }
  setAlarm();
}

/** No SIGTERM: a process that could say that it has crashed would take the run from the retry policy of lost agents. */
async function finish(): Promise<void> {
  clearTimeout(alarm);
  // Also what was started and not told of any more.
  const unheard = [null, ...(cgroups ? groupsIn(cgroups) : [])].map(
    (cgroup) => new ProcessTree({ mark: ownerMark, pid: 0, startedAt: 0, outputs: [], cgroup }),
  );
  const all = [...[...trees.values()].map(({ tree }) => tree), ...unheard];
  // What was just being started has no mark yet, and no group: a moment later it has.
  for (const pauseMs of [0, 250, 750]) {
    await sleep(pauseMs);
    await Promise.all(all.map((tree) => tree.end()));
  }
  const left = (await Promise.all(all.map((tree) => tree.members()))).flat();
  if (cgroups) removeHome(cgroups);
  if (agent) await sayGone(agent, left.length === 0 ? agent.claimIds : []);
}

/** Of claims of which something is left nothing is said: their leases say when another agent may begin. */
async function sayGone(gone: WatchedAgent, claimIds: string[]): Promise<void> {
  isTelling = true;
  const api = new Api(gone);
  const end = clockMs() + (claimIds.length > 0 ? tryForMs.claims : tryForMs.idle);
  for (; clockMs() < end; await sleep(tryAgainMs)) {
    try {
      if (claimIds.length > 0) await api.abandonClaims(gone.agentId, claimIds);
      return await api.leave(gone.pool, gone.agentName, gone.agentId);
    } catch (error) {
      if (!isPassing(error)) return;
    }
  }
}
