import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { WorkspaceAccess } from '../access/identity.js';
import { Config } from '../config/config.js';
import { AppError } from '../errors/app-error.js';
import { Live, topics } from '../live/live.js';
import { budgetKinds, type BudgetKind, type BudgetLimits } from './limits.js';
import { TokenBucket } from './token-bucket.js';

type Purse = { limits: Partial<BudgetLimits>; buckets: Partial<Record<BudgetKind, TokenBucket>>; spent: Spent };
type Spent = Partial<Record<BudgetKind, number>>;

/** What it is of, and who runs the installation raises it: for all, and for one account (a column of `account_limit`). */
const words: Record<BudgetKind, { of: string; setting: string; column: string }> = {
  requests: { of: 'requests', setting: 'HEADGATE_LIMIT_REQUESTS', column: 'requests' },
  runs: { of: 'new flow runs', setting: 'HEADGATE_LIMIT_RUNS', column: 'runs' },
  logLines: { of: 'log lines', setting: 'HEADGATE_LIMIT_LOG_LINES', column: 'log_lines' },
  logBytes: { of: 'bytes of logs', setting: 'HEADGATE_LIMIT_LOG_KILOBYTES', column: 'log_kilobytes' },
  events: { of: 'events', setting: 'HEADGATE_LIMIT_EVENTS', column: 'events' },
};
/** An empty purse is a full one: what was forgotten would have filled up long ago. */
const pursesMax = 20_000;
const tellEveryMs = 1_000;
/** What is a smaller share of a budget than this is not worth telling the other processes. */
const shareWorthTelling = 0.05;

/**
 * What each workspace may spend per second, counted in this process. Once a second processes tell each other what they
 * gave, so that together they give about one budget; whoever does not hear it gives its own.
 */
@Injectable()
export class Budgets implements OnModuleInit, OnModuleDestroy {
  private readonly purses = new Map<string, Purse>();
  private readonly standard: BudgetLimits;
  private told: unknown;
  private timer: NodeJS.Timeout | undefined;
  private ends: () => void = () => undefined;

  constructor(
    @Inject(Config) config: Config,
    @Inject(Live) private readonly live: Live,
  ) {
    this.standard = config.limits.budgets;
  }

  onModuleInit(): void {
    this.ends = this.live.subscribe(topics.spent, (payload) => this.hear(payload));
    this.timer = setInterval(() => this.tell(), tellEveryMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.ends();
  }

  /** Its workspace, whose limits are from now on those that were found with the access. */
  of({ workspaceId, limits }: WorkspaceAccess): string {
    const wanted = limits ?? noneOfItsOwn;
    const purse = this.purseOf(workspaceId);
    if (purse.limits === wanted) return workspaceId;
    purse.limits = wanted;
    for (const kind of budgetKinds) purse.buckets[kind]?.setRate(this.limitOf(purse, kind));
    return workspaceId;
  }

  /** Throws when the budget is used up. */
  spend(party: string, kind: BudgetKind, amount: number): void {
    const seconds = this.try(party, kind, amount);
    if (seconds === 0) return;
    const { limits } = this.purseOf(party);
    const { of, setting, column } = words[kind];
    const limit = (limits[kind] ?? this.standard[kind]).toLocaleString('en');
    const raisedBy = limits[kind] === undefined ? setting : `account_limit.${column}`;
    throw new AppError(
      'tooMany',
      `The budget of ${limit} ${of} a second of workspace ${party} is used up. Please try again later; ${raisedBy} raises it.`,
      {},
      { retryAfterSeconds: Math.ceil(seconds) },
    );
  }

  /** Spends also what is not there: for what makes more work when it is refused than when it is done. */
  charge(party: string, kind: BudgetKind, amount: number): void {
    const purse = this.purseOf(party);
    const now = performance.now();
    (purse.buckets[kind] ??= new TokenBucket(this.limitOf(purse, kind), now)).take(amount, now);
    purse.spent[kind] = (purse.spent[kind] ?? 0) + amount;
  }

  private try(party: string, kind: BudgetKind, amount: number): number {
    const purse = this.purseOf(party);
    const now = performance.now();
    const bucket = (purse.buckets[kind] ??= new TokenBucket(this.limitOf(purse, kind), now));
    const seconds = bucket.spend(amount, now);
    if (seconds === 0) purse.spent[kind] = (purse.spent[kind] ?? 0) + amount;
    return seconds;
  }

  private limitOf(purse: Purse, kind: BudgetKind): number {
    return purse.limits[kind] ?? this.standard[kind];
  }

  private purseOf(party: string): Purse {
    let purse = this.purses.get(party);
    if (purse) return purse;
    if (this.purses.size >= pursesMax) this.purses.delete(this.purses.keys().next().value!);
    purse = { limits: noneOfItsOwn, buckets: {}, spent: {} };
    this.purses.set(party, purse);
    return purse;
  }

  private tell(): void {
    const told: [string, Spent][] = [];
    for (const [party, purse] of this.purses) {
      const { spent } = purse;
      purse.spent = {};
      if (budgetKinds.some((kind) => (spent[kind] ?? 0) > this.limitOf(purse, kind) * shareWorthTelling))
        told.push([party, spent]);
    }
    if (told.length === 0) return;
    this.told = told;
    this.live.publish(topics.spent, told);
  }

  private hear(payload: unknown): void {
    // What is published comes to this process too, as the very thing that it sent.
    if (payload === this.told) return;
    const now = performance.now();
    for (const [party, spent] of payload as [string, Spent][]) {
      const purse = this.purseOf(party);
      for (const kind of budgetKinds)
        if (spent[kind])
          (purse.buckets[kind] ??= new TokenBucket(this.limitOf(purse, kind), now)).take(spent[kind], now);
    }
  }
}

const noneOfItsOwn: Partial<BudgetLimits> = {};
