/** How long a party may go beyond its rate, out of what it has saved. */
const burstSeconds = 2;

/**
 * Fills at a rate and is spent from; who finds something in it may take more than there is and then waits for it to fill
 * again, so that one large request is no worse than many small ones.
 */
export class TokenBucket {
  private tokens: number;
  private at: number;

  constructor(
    private perSecond: number,
    now: number,
  ) {
    this.tokens = perSecond * burstSeconds;
    this.at = now;
  }

  setRate(perSecond: number): void {
    this.perSecond = perSecond;
    this.tokens = Math.min(this.tokens, perSecond * burstSeconds);
  }

  /** Seconds to wait; 0 when it was given. */
  spend(amount: number, now: number): number {
    this.fill(now);
    if (this.tokens <= 0) return (1 - this.tokens) / this.perSecond;
    this.tokens -= amount;
    return 0;
  }

  /** What was spent elsewhere. */
  take(amount: number, now: number): void {
    this.fill(now);
    this.tokens -= amount;
  }

  private fill(now: number): void {
    this.tokens = Math.min(this.perSecond * burstSeconds, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
  }
}
