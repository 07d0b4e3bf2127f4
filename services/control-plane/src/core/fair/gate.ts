import { AppError, unavailable } from '../errors/app-error.js';
import type { CompanyOf } from './company.js';
import { FairQueue } from './fair-queue.js';
import { ownerOf } from './owners.js';

/** Has no share of its own: it enters while there are places, and takes its turn where there are none. */
export const anybody = '';

export type GateLimits = {
  /** How much may be at work at once, of all. Above `alone`, so that who comes new need not wait for who is there. */
  places: number;
  /** Of one party that has the process to itself, and of all parties of an owner who has. */
  alone: number;
  /** Of one party while others are about, and of all parties of an owner while other owners are. */
  together: number;
  /** Whether a party with more to do pauses, while others are about, for as long as its turn took: half the time is theirs. */
  rests?: boolean;
  /** What counts as taken at least, where a turn causes work that it does not wait for. */
  restMsMin?: number;
  /** How much of one party may wait, by number and by bytes, and of one owner some times as much; more is refused. */
  waitingMax: number;
  waitingBytesMax: number;
  /** Who has waited so long is asked to come again, before its client gives up. */
  waitMsMax: number;
  /** What is said to who is refused; that it asks for too much at once, or that others do, unless told. */
  refusal?: () => AppError;
};

/** What is of a party, or of an owner: at work, and waiting. */
type Presence = { name: string; inside: number; waiting: number; bytes: number };
/** A party remains the same owner's for as long as anything of it is here. */
type Party = Presence & { owner: Presence };
type Waiting = { party: Party; bytes: number; since: number; enter: () => void; refuse: (error: unknown) => void };

const bytesPerCost = 16_384;
const restMsMax = 250;
const partiesOfOwner = 4;

/**
 * Lets in so many at once, of each party only a share while others are about, and of all parties of an owner together no
 * more than of one while other owners are; those who wait take turns by what they bring. What one may have at work is what
 * can stand in another's way: on the event loop, and before the database.
 */
export class Gate {
  private readonly waiting = new FairQueue<Waiting>(16);
  private readonly parties = new Map<string, Party>();
  private readonly owners = new Map<string, Presence>();
  private all = 0;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly company: CompanyOf,
    private readonly limits: GateLimits,
  ) {}

  /** Nothing when there is a place at once; otherwise the promise of one. Who has entered leaves when it is done. */
  enter(name: string, bytes = 0): Promise<void> | undefined {
    const now = performance.now();
    if (name !== anybody) this.company.see(name, now);
    const party = this.partyOf(name);
    if (party.waiting === 0 && this.hasPlace(party, now)) {
      this.admit(party);
      return undefined;
    }
    return this.wait(party, bytes, now);
  }

  /** `tookMs` is what its turn took, where turns are followed by a rest. */
  leave(name: string, tookMs = 0): void {
    const now = performance.now();
    const party = this.parties.get(name)!;
    this.all--;
    const ownerRests = party.owner.waiting > 0 && !this.company.isOwnerAlone(party.owner.name, now);
    const partyRests = party.waiting > 0 && !this.company.isAlone(name, now);
    const restMs = this.limits.rests ? Math.min(Math.max(tookMs, this.limits.restMsMin ?? 0), restMsMax) : 0;
    if (ownerRests && restMs >= 1) setTimeout(() => this.free(party, party.owner), restMs);
    else {
      party.owner.inside--;
      if (partyRests && restMs >= 1) setTimeout(() => this.free(party), restMs);
      else party.inside--;
    }
    this.forget(party);
    // Its place is there for others at once.
    if (this.waiting.size > 0) this.admitWaiting();
  }

  /** How much of a party is waiting. */
  waitsFor(name: string): number {
    return this.parties.get(name)?.waiting ?? 0;
  }

  private free(party: Party, ...more: Presence[]): void {
    for (const each of [party, ...more]) each.inside--;
    this.forget(party);
    if (this.waiting.size > 0) this.admitWaiting();
  }

  private partyOf(name: string): Party {
    const known = this.parties.get(name);
    if (known) return known;
    const ownerName = ownerOf(name);
    const owner = this.owners.get(ownerName) ?? { name: ownerName, inside: 0, waiting: 0, bytes: 0 };
    const party = { name, inside: 0, waiting: 0, bytes: 0, owner };
    this.owners.set(ownerName, owner);
    this.parties.set(name, party);
    return party;
  }

  private forget(party: Party): void {
    if (party.inside === 0 && party.waiting === 0) this.parties.delete(party.name);
    if (party.owner.inside === 0 && party.owner.waiting === 0) this.owners.delete(party.owner.name);
  }

  private hasPlace(party: Party, now: number): boolean {
    const { places, alone, together } = this.limits;
    if (this.all >= places) return false;
    if (party.name === anybody) return true;
    const { owner } = party;
    return (
      (owner.inside < together || (owner.inside < alone && this.company.isOwnerAlone(owner.name, now))) &&
      (party.inside < together || (party.inside < alone && this.company.isAlone(party.name, now)))
    );
  }

  private admit(party: Party): void {
    this.all++;
    party.inside++;
    party.owner.inside++;
  }

  private wait(party: Party, bytes: number, now: number): Promise<void> {
    const isFull = this.isFull(party, bytes, 1);
    if (isFull || this.isFull(party.owner, bytes, partiesOfOwner)) {
      this.forget(party);
      return Promise.reject(this.limits.refusal?.() ?? tooMuchOf(party, isFull));
    }
    this.count(party, 1, bytes);
    this.sweeper ??= setInterval(() => this.sweep(), 1_000).unref();
    return new Promise((resolve, reject) => {
      const one = { party, bytes, since: now, enter: resolve, refuse: reject };
      this.waiting.push(party.name, one, 1 + Math.floor(bytes / bytesPerCost));
    });
  }

  private isFull({ waiting, bytes }: Presence, more: number, times: number): boolean {
    const { waitingMax, waitingBytesMax } = this.limits;
    return waiting >= waitingMax * times || bytes + more > waitingBytesMax * times;
  }

  private admitWaiting(): void {
    const now = performance.now();
    const may = (name: string) => this.hasPlace(this.parties.get(name)!, now);
    while (true) {
      // One at a time: each takes a place that the next could have had.
      const [next] = this.waiting.take(1, may);
      if (!next) return;
      this.count(next.party, -1, -next.bytes);
      this.admit(next.party);
      next.enter();
    }
  }

  private count(party: Party, number: number, bytes: number): void {
    for (const presence of [party, party.owner]) {
      presence.waiting += number;
      presence.bytes += bytes;
    }
  }

  private refuseThoseBefore(time: number): void {
    for (const { party, bytes, refuse } of this.waiting.drop((each) => each.since < time)) {
      this.count(party, -1, -bytes);
      this.forget(party);
      const isItsOwn = party.owner.inside > 0;
      refuse(this.limits.refusal?.() ?? (isItsOwn ? tooMuchOf(party, party.inside > 0) : tooMuchOfOthers()));
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

const tooMuchOf = ({ name, owner }: Party, isItself: boolean) =>
  new AppError(
    'tooMany',
    `Too many requests of ${isItself ? `workspace ${name}` : `account ${owner.name}`} are waiting. Please try again later.`,
    {},
    { retryAfterSeconds: 2 },
  );
/** Nothing of who hears this is at work. */
const tooMuchOfOthers = () => unavailable('The server is too busy with others. Please try again later.');
