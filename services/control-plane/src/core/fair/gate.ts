import { AppError } from '../errors/app-error.js';
import type { Company } from './company.js';
import { FairQueue } from './fair-queue.js';

/** Has no share of its own: it enters while there are places, and takes its turn where there are none. */
export const anybody = '';

export type GateLimits = {
  /** How much may be at work at once, of all. Above `alone`, so that who comes new need not wait for who is there. */
  places: number;
  /** Of one party that has the process to itself. */
  alone: number;
  /** Of one party while others are about. */
  together: number;
  /** Whether a party with more to do pauses, while others are about, for as long as its turn took: half the time is theirs. */
  rests?: boolean;
  /** What counts as taken at least, where a turn causes work that it does not wait for. */
  restMsMin?: number;
  /** How much of one party may wait, by number and by bytes; more is refused. */
  waitingMax: number;
  waitingBytesMax: number;
  /** Who has waited so long is asked to come again, before its client gives up. */
  waitMsMax: number;
  /** What is said to who is refused; that it asks for too much at once, unless told. */
  refusal?: (party: string) => AppError;
};

type Waiting = { party: string; bytes: number; since: number; enter: () => void; refuse: (error: unknown) => void };

const bytesPerCost = 16_384;
const restMsMax = 250;

/**
 * Lets in so many at once, of each party only a share while others are about; those who wait take turns by what they
 * bring. What a party may have at work is what can stand in another's way: on the event loop, and before the database.
 */
export class Gate {
  private readonly waiting = new FairQueue<Waiting>(16);
  private readonly inside = new Map<string, number>();
  private readonly waitingOf = new Map<string, { number: number; bytes: number }>();
  private readonly refusal: (party: string) => AppError;
  private all = 0;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly company: Pick<Company, 'see' | 'isAlone'>,
    private readonly limits: GateLimits,
  ) {
    this.refusal = limits.refusal ?? tooMuchAtOnce;
  }

  /** Nothing when there is a place at once; otherwise the promise of one. Who has entered leaves when it is done. */
  enter(party: string, bytes = 0): Promise<void> | undefined {
    const now = performance.now();
    if (party !== anybody) this.company.see(party, now);
    if (this.hasPlace(party, now) && !this.waitingOf.has(party)) {
      this.admit(party);
      return undefined;
    }
    return this.wait(party, bytes, now);
  }

  /** `tookMs` is what its turn took, where turns are followed by a rest. */
  leave(party: string, tookMs = 0): void {
    this.all--;
    const rests = this.limits.rests && this.waitingOf.has(party) && !this.company.isAlone(party, performance.now());
    const restMs = Math.min(Math.max(tookMs, this.limits.restMsMin ?? 0), restMsMax);
    if (rests && restMs >= 1) setTimeout(() => this.free(party), restMs);
    else this.free(party);
    // Its place is there for others at once.
    if (this.waiting.size > 0) this.admitWaiting();
  }

  /** How much of a party is waiting. */
  waitsFor(party: string): number {
    return this.waitingOf.get(party)?.number ?? 0;
  }

  private free(party: string): void {
    const left = this.inside.get(party)! - 1;
    if (left === 0) this.inside.delete(party);
    else this.inside.set(party, left);
    if (this.waiting.size > 0) this.admitWaiting();
  }

  private hasPlace(party: string, now: number): boolean {
    const { places, alone, together } = this.limits;
    if (this.all >= places) return false;
    if (party === anybody) return true;
    const mine = this.inside.get(party) ?? 0;
    return mine < together || (mine < alone && this.company.isAlone(party, now));
  }

  private admit(party: string): void {
    this.all++;
    this.inside.set(party, (this.inside.get(party) ?? 0) + 1);
  }

  private wait(party: string, bytes: number, now: number): Promise<void> {
    const mine = this.waitingOf.get(party) ?? { number: 0, bytes: 0 };
    if (mine.number >= this.limits.waitingMax || mine.bytes + bytes > this.limits.waitingBytesMax)
      return Promise.reject(this.refusal(party));
    this.count(party, 1, bytes);
    this.sweeper ??= setInterval(() => this.sweep(), 1_000).unref();
    return new Promise((resolve, reject) => {
      const one = { party, bytes, since: now, enter: resolve, refuse: reject };
      this.waiting.push(party, one, 1 + Math.floor(bytes / bytesPerCost));
    });
  }

  private admitWaiting(): void {
    const now = performance.now();
    const may = (party: string) => this.hasPlace(party, now);
    while (true) {
      // One at a time: each takes a place that the next could have had.
      const [next] = this.waiting.take(1, may);
      if (!next) return;
      this.count(next.party, -1, -next.bytes);
      this.admit(next.party);
      next.enter();
    }
  }

  private count(party: string, number: number, bytes: number): void {
    const mine = this.waitingOf.get(party) ?? { number: 0, bytes: 0 };
    if (mine.number + number === 0) this.waitingOf.delete(party);
    else this.waitingOf.set(party, { number: mine.number + number, bytes: mine.bytes + bytes });
  }

  private refuseThoseBefore(time: number): void {
    for (const { party, bytes, refuse } of this.waiting.drop((each) => each.since < time)) {
      this.count(party, -1, -bytes);
      refuse(this.refusal(party));
    }
  }

  /** Also for who became alone while it waited. */
  private sweep(): void {
    const now = performance.now();
    if (this.limits.waitMsMax < Infinity) this.refuseThoseBefore(now - this.limits.waitMsMax);
    this.admitWaiting();
    if (this.waiting.size > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}

const tooMuchAtOnce = (party: string) =>
  new AppError(
    'tooMany',
    `Too many requests of workspace ${party} are waiting. Please try again later.`,
    {},
    { retryAfterSeconds: 2 },
  );
