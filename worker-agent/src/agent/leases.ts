import type { Api } from '../api/api.js';
import { isPassing } from '../api/http.js';
import type { Reach } from './reach.js';
import type { RunKeeper } from './run-keeper.js';

export type LeaseParts = {
  api: Api;
  reach: Reach;
  agentId: string;
  leaseSeconds: number;
  keepers(): Iterable<RunKeeper>;
  onCancelling(flowRunIds: string[]): void;
};

/** Renews the claims of all runs that are kept, in one request, three times per lease. */
export class Leases {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private renewal: Promise<void> | null = null;

  constructor(private readonly parts: LeaseParts) {}

  start(): void {
    this.timer = setInterval(() => this.renewSoon(), (this.parts.leaseSeconds * 1000) / 3);
  }

  /** Also called when the control plane is back: the leases may be about to end. */
  renewSoon(): void {
    this.renewal ??= this.renew().finally(() => (this.renewal = null));
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  private async renew(): Promise<void> {
    const { api, reach, agentId, leaseSeconds } = this.parts;
    const held = new Map([...this.parts.keepers()].map((keeper) => [keeper.claimed.claim_id, keeper]));
    if (held.size === 0) return;
    try {
      const answer = await reach.insist(
        () => api.renewClaims(agentId, [...held.keys()], leaseSeconds),
        this.stopping.signal,
        { urgent: true },
      );
      for (const claimId of answer.lost) void held.get(claimId)?.lose();
      this.parts.onCancelling(answer.cancelling);
    } catch (error) {
      // A key that is refused is the claim loop's to report.
      if (!this.stopping.signal.aborted && isPassing(error)) throw error;
    }
  }
}
