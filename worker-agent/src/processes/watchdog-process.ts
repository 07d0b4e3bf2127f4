/**
 * Waits for the end of the process that started it, and then ends whatever that has left running. Its arguments are the mark
 * of that process, and the folder of its control groups, if any.
 */
import { removeHome } from './cgroup.js';
import { ProcessTree } from './process-tree.js';
import type { WatchdogWord } from './watchdog.js';

const [, , ownerMark, cgroups] = process.argv as [string, string, string, string];
const trees = new Map<string, ProcessTree>();

process.on('message', (word: WatchdogWord) => {
  if (word.kind === 'started') trees.set(word.root.mark, new ProcessTree(word.root));
  else trees.delete(word.mark);
});
// What ends a service or a terminal as a whole is meant for the agent: this process has to be there for as long as it is.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
const onOwnersEnd = () => void endAll().finally(() => process.exit(0));
// It may have ended while we were starting.
if (process.connected) process.once('disconnect', onOwnersEnd);
else onOwnersEnd();

/** No SIGTERM: a process that could say that it has crashed would take the run from the retry policy of lost agents. */
async function endAll(): Promise<void> {
  // Also what was started and not told of any more.
  const unheard = new ProcessTree({ mark: ownerMark, pid: 0, startedAt: 0, outputs: [], cgroup: null });
  await Promise.all([...trees.values(), unheard].map((tree) => tree.end()));
  if (cgroups) removeHome(cgroups);
}
