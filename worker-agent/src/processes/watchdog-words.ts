import type { TreeRoot } from './process-tree.js';

/** What the watchdog is told. Nothing answers. */
export type WatchdogWord =
  | { kind: 'started'; root: TreeRoot }
  /** By the clock of leases. */
  | { kind: 'until'; mark: string; at: number }
  | { kind: 'ended'; mark: string }
  /** In whose name to say that nothing is left of these claims. */
  | { kind: 'claims'; owner: ClaimOwner; claimIds: string[] };

export type ClaimOwner = { agentId: string; agentName: string; pool: string; apiUrl: string; apiKey: string };
