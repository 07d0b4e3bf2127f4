/** From one failure to the next attempt; twice as long each time. */
const waitMs = { first: 50, max: 1_000 };

/**
 * When a connection may be tried for. While a database does not let us in, one at a time knocks, and seldom: all who
 * come meanwhile hear what it heard. Else each request would open a connection of its own to a server that is recovering.
 */
export class Attempts {
  private last: Error | null = null;
  private waitMs = 0;
  private notBefore = 0;
  private isUnderWay = false;

  /** Why it is not to be tried now; null when it is, and `ended` is to be called then. */
  begin(now = performance.now()): Error | null {
    if (this.last && (this.isUnderWay || now < this.notBefore)) return this.last;
    this.isUnderWay = true;
    return null;
  }

  ended(failure: Error | undefined, now = performance.now()): void {
    if (!failure) return this.letIn();
    this.isUnderWay = false;
    // Those that began before it was known fail together.
    if (!this.last || now >= this.notBefore) {
      this.waitMs = Math.min(this.waitMs * 2 || waitMs.first, waitMs.max);
      this.notBefore = now + this.waitMs;
    }
    this.last = failure;
  }

  /** The database lets us in again. */
  letIn(): void {
    this.last = null;
    this.waitMs = 0;
    this.isUnderWay = false;
  }
}
