import { uptime } from 'node:os';

/** Time that every process of this machine tells alike, that nobody sets, and that also passes while the machine sleeps. */
export const clockMs = (): number => uptime() * 1000;

/** While a run is prepared its lease is short: nothing is lost when it is given to another agent. */
export const preparingSeconds = 30;

/**
 * What is kept of a lease, at its end, for ending what runs under it. The control plane counts a lease from the moment at
 * which it hears of it, we from the earlier one at which we began to ask: so ours ends first, whatever the network did.
 */
const reserveMs = (leaseMs: number): number => Math.min(20_000, Math.max(4_000, leaseMs / 4));

/** However long a lease is: that is also how we hear that a run has ended, or is deleted, while its process goes on. */
const renewAfterMsMax = 10_000;

export type LeaseTimes = { renewAfterMs: number; endAfterMs: number; killAfterMs: number };

/** When a lease of this length is to be renewed, and, as long as that cannot be done, its run told to end, and killed. */
export function leaseTimes(seconds: number): LeaseTimes {
  const leaseMs = seconds * 1000;
  const reserve = reserveMs(leaseMs);
  return {
    renewAfterMs: Math.min(renewAfterMsMax, leaseMs / 3),
    endAfterMs: leaseMs - reserve,
    killAfterMs: leaseMs - reserve / 2,
  };
}

/** The lease of one claim, as far as we can be sure of it. */
export class Lease {
  private times: LeaseTimes;

  /** `since` is when it was asked for. */
  constructor(
    private since: number,
    private seconds: number,
  ) {
    this.times = leaseTimes(seconds);
  }

  /** Answers of requests that overtook each other change nothing. */
  renew(since: number, seconds: number): void {
    if (since < this.since) return;
    this.since = since;
    this.seconds = seconds;
    this.times = leaseTimes(seconds);
  }

  isShorterThan(seconds: number): boolean {
    return this.seconds < seconds;
  }

  get renewAt(): number {
    return this.since + this.times.renewAfterMs;
  }

  get endAt(): number {
    return this.since + this.times.endAfterMs;
  }

  get killAt(): number {
    return this.since + this.times.killAfterMs;
  }
}
