/** How long a party may go beyond its rate, out of what it has saved. */
const burstSeconds = 2;
/** Nobody is asked to come again later than this: it may be alone by then. */
const waitSecondsMax = 30;

/**
 * Fills at a rate and is spent from; who finds something in it may take more than there is and then waits for it to fill
 * again, so that one large request is no worse than many small ones.
 */
export class TokenBucket {
  private tokens: number;
  /** What was refused lately and is likely to come again. */
  private refused = 0;
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

  /** Seconds to wait, the longer the more were refused before, so that not all come again at once; 0 when it was given. */
  spend(amount: number, now: number): number {
    this.fill(now);
    if (this.tokens > 0) {
      this.tokens -= amount;
      return 0;
    }
    this.refused += amount;
    return Math.min(waitSecondsMax, (this.refused - this.tokens) / this.perSecond);
  }

  /** What was spent elsewhere. */
  take(amount: number, now: number): void {
    this.fill(now);
    this.tokens -= amount;
  }

  private fill(now: number): void {
    const gained = ((now - this.at) / 1000) * this.perSecond;
    this.tokens = Math.min(this.perSecond * burstSeconds, this.tokens + gained);
    this.refused = Math.max(0, this.refused - gained);
    this.at = now;
  }
}
