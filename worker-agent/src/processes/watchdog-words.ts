import type { TreeRoot } from './process-tree.js';

/** What the watchdog is told. Nothing answers. */
export type WatchdogWord =
  | { kind: 'started'; root: TreeRoot }
  /** By the clock of leases. */
  | { kind: 'until'; mark: string; at: number }
  | { kind: 'ended'; mark: string }
  /** Who is to be said to be gone; null: it has said so itself. */
  | { kind: 'agent'; agent: WatchedAgent | null };

/** With the claims of which nothing is left by then. */
export type WatchedAgent = {
  agentId: string;
  agentName: string;
  pool: string;
  apiUrl: string;
  apiKey: string;
  claimIds: string[];
};

/** Of the command of a watchdog: the mark of whom it watches; null for every other program. */
export function markWatched(words: string[]): string | null {
  const at = words.findIndex((word) => word.endsWith('/watchdog-process.js'));
  return at < 0 ? null : (words[at + 1] ?? null);
}
