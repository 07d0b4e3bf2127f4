import { topics, type Live, type PoolRing } from '../../../core/live/live.js';
import type { ClaimAnswer, ClaimedRun, ClaimWish } from './claim.js';

/** What a desk asks of the database. */
export type DeskWork = {
  /** Claims due runs for those who serve the same queues, for each so many as it may have. `more` may be due. */
  handOut(takers: ClaimWish[]): Promise<{ runs: ClaimedRun[][]; more: boolean }>;
  /** Runs that were claimed for somebody who has left. */
  giveBack(wish: ClaimWish, runs: ClaimedRun[]): Promise<void>;
  /** In how many milliseconds the next run of these queues is due; not positive when one is, null when none waits. */
  nextDue(queueNames: string[]): Promise<number | null>;
  /** Runs that their agents should cancel. */
  cancelling(agentIds: string[]): Promise<{ agent_id: string; flow_run_id: string }[]>;
  /** The agents that have claims on these runs. */
  holdersOf(runIds: string[]): Promise<string[]>;
};

type Waiter = {
  wish: ClaimWish;
  /** Whether it was still there. */
  answer: (answer: ClaimAnswer) => boolean;
  /** While somebody looks on its behalf, it is not sent away for the time. */
  isServed: boolean;
  isOverdue: boolean;
};
/** Those who serve the same queues. `lookFrom` is when something may be had, in milliseconds. */
type Line = { queueNames: string[]; lookFrom: number; lookAgainMs: number; waiting: Set<Waiter> };

const takersMax = 50;
const linesMax = 50;
const knownMax = 20_000;
/**
 * What is due but was not to be had: somebody had it locked for a moment, another process reserved it, for five seconds
 * at most, or it waits for a slot, whose end rings. So the desk looks again soon, and then more and more seldom.
 */
const lookAgainMs = { first: 100, last: 5_000 };
/** Nobody trusts for longer that every message came. */
const trustMs = 30_000;
/** Without Redis nobody rings for what other processes did: the desk looks for itself. */
const lookWithoutBellMs = 1_000;
/** After a look that failed. */
const tryAgainMs = 1_000;

const nothing = (): ClaimAnswer => ({ runs: [], cancelling: [] });

/**
 * Where the agents of one pool wait in this process, first come, first served. The desk looks for all of them, once when
 * something has happened or becomes due, so that a run costs the same whether one agent waits or a thousand; and it
 * remembers that there is nothing, so that waiting costs no statement.
 */
export class PoolDesk {
  private readonly lines = new Map<string, Line>();
  /** Agents that were asked about, and would have been rung for since. */
  private readonly known = new Set<string>();
  /** Runs to be cancelled whose agents are to be found. */
  private readonly rung = new Set<string>();
  private readonly ends: (() => void)[];
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;
  private alarm: NodeJS.Timeout | undefined;
  private trustedUntil = 0;
  private restsUntil = 0;

  constructor(
    private readonly live: Live,
    poolId: string,
    private readonly work: DeskWork,
  ) {
    this.ends = [
      live.subscribe(topics.pool(poolId), (payload) => this.ring(payload as PoolRing)),
      live.onGap(() => {
        this.trustedUntil = 0;
        this.ring(null);
      }),
    ];
  }

  /** Whoever waits is answered. */
  close(): void {
    clearTimeout(this.alarm);
    for (const end of this.ends) end();
    for (const { answer } of this.waiters()) answer(nothing());
  }

  get size(): number {
    let waiting = 0;
    for (const line of this.lines.values()) waiting += line.waiting.size;
    return waiting;
  }

  get isIdle(): boolean {
    return this.size === 0;
  }

  /** Answers as soon as there is something to do, or empty-handed after the time, but not before somebody has looked. */
  async wait(wish: ClaimWish, withinMs: number, gone: AbortSignal): Promise<ClaimAnswer> {
    if (gone.aborted) return nothing();
    const line = this.lineOf(wish.queueNames);
    const { promise: answered, waiter } = waiterOf(wish, line);
    line.waiting.add(waiter);
    const leave = () => waiter.answer(nothing());
    gone.addEventListener('abort', leave, { once: true });
    let timer: NodeJS.Timeout | undefined;
    try {
      const looked = this.hasNewsFor(line, wish) ? this.pass() : Promise.resolve();
      const early = await Promise.race([answered, looked]);
      if (early) return early;
      this.setAlarm();
      const timeIsUp = () => (waiter.isServed ? (waiter.isOverdue = true) : leave());
      // A longer time than a timer can hold would be over at once.
      timer = setTimeout(timeIsUp, Math.min(withinMs, 2 ** 31 - 1));
      return await answered;
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
      line.waiting.delete(waiter);
    }
  }

  private ring(what: PoolRing): void {
    if (what) this.rung.add(what.cancelling);
    else this.lookAnew();
    if (this.rung.size > knownMax) {
      this.rung.clear();
      this.trustedUntil = 0;
    }
    if (!this.isIdle) this.passUnasked();
  }

  private hasNewsFor(line: Line, { agentId, limit }: ClaimWish): boolean {
    const now = Date.now();
    if (now >= this.trustedUntil || !this.live.connected) return true;
    return !this.known.has(agentId) || this.rung.size > 0 || (limit > 0 && line.lookFrom <= now);
  }

  /** A pass that begins after now: those who ask meanwhile share it. Throws when it could not look. */
  private pass(): Promise<void> {
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        this.current = this.look().finally(() => this.setAlarm());
        return this.current;
      });
    return this.next;
  }

  private passUnasked(): void {
    this.pass().catch(() => undefined);
  }

  private async look(): Promise<void> {
    if (Date.now() >= this.trustedUntil || !this.live.connected) this.trustNothing();
    const work = [this.tellOfCancelling(), ...[...this.lines.values()].map((line) => this.serve(line))];
    for (const outcome of await Promise.allSettled(work)) {
      if (outcome.status === 'fulfilled') continue;
      this.restsUntil = Date.now() + tryAgainMs;
      throw outcome.reason;
    }
    if (this.lines.size > linesMax)
      for (const [key, line] of this.lines) if (line.waiting.size === 0) this.lines.delete(key);
  }

  private trustNothing(): void {
    this.trustedUntil = Date.now() + trustMs;
    this.known.clear();
    this.rung.clear();
    this.lookAnew();
  }

  private lookAnew(): void {
    for (const line of this.lines.values()) Object.assign(line, { lookFrom: 0, lookAgainMs: lookAgainMs.first });
  }

  private async tellOfCancelling(): Promise<void> {
    if (this.rung.size > 0) {
      const runIds = [...this.rung];
      for (const agentId of await this.work.holdersOf(runIds)) this.known.delete(agentId);
      for (const id of runIds) this.rung.delete(id);
    }
    const asked = [...new Set([...this.waiters()].map(({ wish }) => wish.agentId))].filter((id) => !this.known.has(id));
    if (asked.length === 0) return;
    if (this.known.size > knownMax) this.known.clear();
    // Whoever rings from here on rings for what the look may not see.
    for (const agentId of asked) this.known.add(agentId);
    const found = await this.work.cancelling(asked).catch((error: unknown) => {
      for (const agentId of asked) this.known.delete(agentId);
      throw error;
    });
    const runsOf = new Map<string, string[]>();
    for (const { agent_id, flow_run_id } of found) runsOf.set(agent_id, [...(runsOf.get(agent_id) ?? []), flow_run_id]);
    // Its answer may be lost: it is told again when it asks again, until it has seen to it.
    for (const agentId of runsOf.keys()) this.known.delete(agentId);
    // Who is answered leaves the line, which the walk allows.
    for (const { wish, answer } of this.waiters()) {
      const cancelling = runsOf.get(wish.agentId);
      if (cancelling) answer({ runs: [], cancelling });
    }
  }

  private async serve(line: Line): Promise<void> {
    while (line.lookFrom <= Date.now()) {
      const takers = [...line.waiting].filter(({ wish }) => wish.limit > 0).slice(0, takersMax);
      if (takers.length === 0) return;
      // What rings from here on sets it back.
      line.lookFrom = Infinity;
      try {
        const more = await this.handOut(takers);
        const next = more ? 0 : await this.nextLook(line);
        // What rang in the meantime stands: it is read after the last wait.
        line.lookFrom = Math.min(line.lookFrom, next);
      } catch (error) {
        line.lookFrom = 0;
        throw error;
      }
    }
  }

  /** Answers whether there may be more to be had. */
  private async handOut(takers: Waiter[]): Promise<boolean> {
    for (const taker of takers) taker.isServed = true;
    try {
      const { runs, more } = await this.work.handOut(takers.map(({ wish }) => wish));
      const given = takers.map(async ({ wish, answer }, at) => {
        const mine = runs[at]!;
        if (mine.length > 0 && !answer({ runs: mine, cancelling: [] })) await this.work.giveBack(wish, mine);
      });
      await Promise.all(given);
      return more;
    } finally {
      for (const taker of takers) {
        taker.isServed = false;
        if (taker.isOverdue) taker.answer(nothing());
      }
    }
  }

  private async nextLook(line: Line): Promise<number> {
    const inMs = await this.work.nextDue(line.queueNames);
    const now = Date.now();
    if (inMs !== null && inMs <= 0) {
      const again = now + line.lookAgainMs;
      line.lookAgainMs = Math.min(2 * line.lookAgainMs, lookAgainMs.last);
      return again;
    }
    line.lookAgainMs = lookAgainMs.first;
    return inMs === null ? Infinity : now + inMs + 1;
  }

  private setAlarm(): void {
    clearTimeout(this.alarm);
    if (this.isIdle) return;
    let at = this.trustedUntil;
    for (const line of this.lines.values()) if (line.lookFrom < at && hasTaker(line)) at = line.lookFrom;
    const now = Date.now();
    const soonest = this.live.connected ? at : Math.min(at, now + lookWithoutBellMs);
    this.alarm = setTimeout(() => this.passUnasked(), Math.max(0, Math.max(soonest, this.restsUntil) - now));
  }

  private lineOf(queueNames: string[]): Line {
    const key = keyOf(queueNames);
    let line = this.lines.get(key);
    if (!line)
      this.lines.set(key, (line = { queueNames, lookFrom: 0, lookAgainMs: lookAgainMs.first, waiting: new Set() }));
    return line;
  }

  private *waiters(): Generator<Waiter> {
    for (const line of this.lines.values()) yield* line.waiting;
  }
}

function hasTaker({ waiting }: Line): boolean {
  for (const { wish } of waiting) if (wish.limit > 0) return true;
  return false;
}

const keyOf = (queueNames: string[]): string => JSON.stringify(queueNames.toSorted());

function waiterOf(wish: ClaimWish, line: Line): { promise: Promise<ClaimAnswer>; waiter: Waiter } {
  let resolve!: (answer: ClaimAnswer) => void;
  const promise = new Promise<ClaimAnswer>((given) => (resolve = given));
  const waiter: Waiter = {
    wish,
    isServed: false,
    isOverdue: false,
    answer: (answer) => {
      const isThere = line.waiting.delete(waiter);
      if (isThere) resolve(answer);
      return isThere;
    },
  };
  return { promise, waiter };
}
