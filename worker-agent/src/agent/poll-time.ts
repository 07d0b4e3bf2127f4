/** What every proxy on the way is likely to let pass, and what costs the control plane half as much. In seconds. */
const shortSeconds = 25;
const longSeconds = 55;
/** So much of its time a poll must have had before its end says anything about it. */
const heldShare = 0.8;
const cautiousMs = 60 * 60_000;

/**
 * How long the next poll may wait. The first is short; one that was held for its whole time shows that longer ones may get
 * through. Something on the way that cuts off a long one keeps them short for an hour.
 */
export class PollTime {
  private provenAt = -Infinity;
  private cutAt = -Infinity;

  constructor(private readonly clock: () => number) {}

  get seconds(): number {
    return this.provenAt > -Infinity && this.clock() >= this.cutAt + cautiousMs ? longSeconds : shortSeconds;
  }

  /** A poll of `seconds` was answered after `tookMs`. */
  held(seconds: number, tookMs: number): void {
    if (seconds > 0 && tookMs >= seconds * 1000 * heldShare) this.provenAt = this.clock();
  }

  /** A poll of `seconds` ended without an answer after `tookMs`. One that ended early tells of an outage, not of a limit. */
  cut(seconds: number, tookMs: number): void {
    if (seconds > shortSeconds && tookMs >= shortSeconds * 1000) this.cutAt = this.clock();
  }
}
