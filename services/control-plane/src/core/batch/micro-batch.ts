import { AppError } from '../errors/app-error.js';
import { FairQueue } from '../fair/fair-queue.js';
import { ownerOf } from '../fair/owners.js';

type Waiting<In, Out> = { input: In; party: string; resolve: (output: Out) => void; reject: (error: unknown) => void };

/** One flush after the other makes large, cheap batches; behind one that takes longer than this the next departs all the same. */
const patienceMs = 40;

/** In how many flights a party is, and since when in the last of them. */
type Flying = { flights: number; since: number };
/** Whose things are in a flight. */
type Aboard = { parties: Set<string>; owners: Set<string> };

type Options<In> = {
  /** Whose it is: parties take turns, and what one of them does holds up no other. */
  partyOf: (input: In) => string;
  /** What it adds to a flush, in rows; 1 unless told. */
  costOf?: (input: In) => number;
  costMax?: number;
  flightsMax?: number;
  /** What one party may have waiting. */
  waitingMax?: number;
};

/**
 * Lets callers that arrive together share one statement and one commit. It flushes at once what has nothing of its own
 * party in flight, and collects only behind a flush that has: no latency when idle, group commit under load. A flush that
 * hangs does not hold up the others, and one flight is always left to other owners. When a flush of several fails, each
 * is tried alone, so that a poisoned one fails alone.
 */
export class MicroBatch<In, Out> {
  private readonly waiting: FairQueue<Waiting<In, Out>>;
  private readonly flying = new Map<string, Flying>();
  private readonly flightsOfOwners = new Map<string, number>();
  private inFlight = 0;
  private scheduled = false;
  private later: NodeJS.Timeout | undefined;
  private readonly partyOf: (input: In) => string;
  private readonly costOf: (input: In) => number;
  private readonly costMax: number;
  private readonly flightsMax: number;
  private readonly waitingMax: number;

  constructor(
    /** Answers one output per input, in order; answered only after the commit. */
    private readonly flush: (inputs: In[]) => Promise<Out[]>,
    { partyOf, costOf = () => 1, costMax = 200, flightsMax = 4, waitingMax = 20_000 }: Options<In>,
  ) {
    this.partyOf = partyOf;
    this.costOf = costOf;
    this.costMax = costMax;
    this.flightsMax = flightsMax;
    this.waitingMax = waitingMax;
    this.waiting = new FairQueue(Math.ceil(costMax / 8));
  }

  submit(input: In): Promise<Out> {
    const party = this.partyOf(input);
    if (this.waiting.costOf(party) >= this.waitingMax) {
      return Promise.reject(
        new AppError(
          'tooMany',
          `Too much of workspace ${party} is waiting to be written. Please try again later.`,
          {},
          { retryAfterSeconds: 1 },
        ),
      );
    }
    return new Promise<Out>((resolve, reject) => {
      this.waiting.push(party, { input, party, resolve, reject }, this.costOf(input));
      this.schedule();
    });
  }

  /** How long a party waits before it flies: not at all, unless it is in the air; for ever, if its owner has all flights it may have. */
  private patienceOf(party: string): number {
    if ((this.flightsOfOwners.get(ownerOf(party)) ?? 0) >= Math.max(1, this.flightsMax - 1)) return Infinity;
    const flying = this.flying.get(party);
    return flying ? flying.since + patienceMs - performance.now() : 0;
  }

  private readonly mayFly = (party: string): boolean => this.patienceOf(party) <= 0;

  private schedule(): void {
    if (this.scheduled || this.inFlight >= this.flightsMax || this.waiting.size === 0) return;
    const patience = this.leastPatience();
    if (patience > 0) {
      // Who has to wait for a landing is seen to when it comes.
      if (patience < Infinity)
        this.later ??= setTimeout(() => {
          this.later = undefined;
          this.schedule();
        }, patience);
      return;
    }
    this.scheduled = true;
    // One turn of the loop gathers what arrived in the same read of the sockets.
    setImmediate(() => {
      this.scheduled = false;
      void this.takeOff();
    });
  }

  private leastPatience(): number {
    let least = Infinity;
    for (const party of this.waiting.parties()) {
      least = Math.min(least, this.patienceOf(party));
      if (least <= 0) break;
    }
    return least;
  }

  private async takeOff(): Promise<void> {
    if (this.inFlight >= this.flightsMax) return;
    const batch = this.waiting.take(this.costMax, this.mayFly);
    if (batch.length === 0) return this.schedule();
    const aboard = this.board(batch);
    this.schedule();
    try {
      const outputs = await this.flush(batch.map((each) => each.input));
      batch.forEach((each, at) => each.resolve(outputs[at] as Out));
    } catch (error) {
      await this.failOrSplit(batch, error);
    } finally {
      this.land(aboard);
      this.schedule();
    }
  }

  private board(batch: Waiting<In, Out>[]): Aboard {
    const parties = new Set(batch.map(({ party }) => party));
    const owners = new Set([...parties].map(ownerOf));
    const since = performance.now();
    for (const party of parties) {
      const flying = this.flying.get(party);
      if (flying) Object.assign(flying, { flights: flying.flights + 1, since });
      else this.flying.set(party, { flights: 1, since });
    }
    for (const owner of owners) this.flightsOfOwners.set(owner, (this.flightsOfOwners.get(owner) ?? 0) + 1);
    this.inFlight++;
    return { parties, owners };
  }

  private land({ parties, owners }: Aboard): void {
    for (const owner of owners) {
      const left = this.flightsOfOwners.get(owner)! - 1;
      if (left === 0) this.flightsOfOwners.delete(owner);
      else this.flightsOfOwners.set(owner, left);
    }
    for (const party of parties) {
      const flying = this.flying.get(party)!;
      flying.flights--;
      if (flying.flights === 0) this.flying.delete(party);
    }
    this.inFlight--;
  }

  /** First party by party, then, where that fails, one by one: what one of them sends costs the others one more flush. */
  private async failOrSplit(batch: Waiting<In, Out>[], error: unknown): Promise<void> {
    if (batch.length === 1 || (error instanceof AppError && error.kind === 'unavailable')) {
      for (const each of batch) each.reject(error);
      return;
    }
    const parties = [...new Set(batch.map((each) => each.party))];
    const parts =
      parties.length > 1
        ? parties.map((party) => batch.filter((each) => each.party === party))
        : batch.map((each) => [each]);
    const failed: { part: Waiting<In, Out>[]; error: unknown }[] = [];
    for (const part of parts) {
      try {
        const outputs = await this.flush(part.map((each) => each.input));
        part.forEach((each, at) => each.resolve(outputs[at] as Out));
      } catch (own) {
        failed.push({ part, error: own });
      }
    }
    for (const { part, error: own } of failed) await this.failOrSplit(part, own);
  }
}
