/** For so many times as long as a document took. */
const times = 10;
const longestMs = 30_000;

/** Whose documents took long stands behind the others for a while: the longer, the longer. */
export class Debts {
  private readonly until = new Map<string, number>();

  of(owner: string, now = performance.now()): number {
    return Math.max(0, (this.until.get(owner) ?? 0) - now);
  }

  add(owner: string, tookMs: number, now = performance.now()): void {
    const debt = Math.min(this.of(owner, now) + times * tookMs, longestMs);
    for (const [each, until] of this.until) if (until <= now) this.until.delete(each);
    this.until.set(owner, now + debt);
  }
}
