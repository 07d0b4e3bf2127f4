import type { Api } from '../api/api.js';
import { isPassing } from '../api/http.js';
import { clockMs, preparingSeconds } from './lease.js';
import type { Reach } from './reach.js';
import type { RunKeeper } from './run-keeper.js';

export type LeaseParts = {
  api: Api;
  reach: Reach;
  agentId: string;
  /** Of runs that have begun. */
  leaseSeconds: number;
  keepers(): Iterable<RunKeeper>;
  onCancelling(flowRunIds: string[]): void;
};

/** Who wakes after a machine slept is not to go on for longer than this before it looks at the clock. */
const tickMs = 250;

/**
 * Renews the claims of all runs that are kept, together, three times per lease or more; and ends in time what could not be renewed,
 * before the control plane may give it to another agent.
 */
export class Leases {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private renewal: Promise<void> | null = null;

  constructor(private readonly parts: LeaseParts) {}

  start(): void {
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  /** Also called when the control plane is back: the leases may be about to end. */
  renewSoon(): void {
    this.renewal ??= this.renewAll().finally(() => (this.renewal = null));
  }

  /**
   * Whether a claim whose answer may have been long under way is still ours: the machine may have slept on it. Afterwards it
   * has a whole lease.
   */
  async makeSure(keeper: RunKeeper): Promise<void> {
    await this.renew([keeper], this.secondsFor(keeper));
  }

  stop(): void {
    clearInterval(this.timer);
    this.stopping.abort();
  }

  private tick(): void {
    const now = clockMs();
    let isDue = false;
    for (const keeper of this.parts.keepers()) {
      if (now >= keeper.lease.endAt) void keeper.cutOff();
      isDue ||= now >= keeper.lease.renewAt || keeper.lease.isShorterThan(this.secondsFor(keeper));
    }
    if (isDue) this.renewSoon();
  }

  private secondsFor(keeper: RunKeeper): number {
    const { leaseSeconds } = this.parts;
    return keeper.isAtWork ? leaseSeconds : Math.min(preparingSeconds, leaseSeconds);
  }

  private async renewAll(): Promise<void> {
    const bySeconds = new Map<number, RunKeeper[]>();
    for (const keeper of this.parts.keepers()) {
      const seconds = this.secondsFor(keeper);
      bySeconds.set(seconds, [...(bySeconds.get(seconds) ?? []), keeper]);
    }
    await Promise.all([...bySeconds].map(([seconds, keepers]) => this.renew(keepers, seconds)));
  }

  private async renew(keepers: RunKeeper[], seconds: number): Promise<void> {
    const { api, reach, agentId } = this.parts;
    const held = new Map(keepers.map((keeper) => [keeper.claimed.claim_id, keeper]));
    let askedAt = 0;
    const ask = () => {
      askedAt = clockMs();
      return api.renewClaims(agentId, [...held.keys()], seconds);
    };
    try {
      const answer = await reach.insist(ask, this.stopping.signal, { urgent: true });
      for (const claimId of answer.renewed) held.get(claimId)?.renewed(askedAt, seconds);
      for (const claimId of answer.lost) void held.get(claimId)?.lose();
      this.parts.onCancelling(answer.cancelling);
    } catch (error) {
      // A key that is refused is the claim loop's to report.
      if (!this.stopping.signal.aborted && isPassing(error)) throw error;
    }
  }
}
