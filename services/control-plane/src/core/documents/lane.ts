import { FairQueue } from '../fair/fair-queue.js';
import { ownerOf } from '../fair/owners.js';
import type { Budget } from './budget.js';
import type { Job } from './job.js';
import type { Thread, Threads } from './threads.js';

export type Waiting = {
  job: Job;
  /** For the words of a refusal: `The schema`. */
  what: string;
  budget: Budget;
  /** As performance.now() counts. */
  since: number;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
};

type Options = {
  /** Does not throw. */
  work(waiting: Waiting): Promise<void>;
  /** Who has the least goes first; those who have the same take turns. */
  debtOf(owner: string): number;
  /** A thread that had nothing to do for so long is let go. */
  idleMsMax: number;
};

/** Documents that wait for one thread. Accounts take turns, and within its turn those of an account do. */
export class Lane {
  private readonly line = new FairQueue<Waiting>(1);
  private readonly counts = new Map<string, number>();
  private thread: Thread | null = null;
  private isAtWork = false;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly threads: Threads,
    private readonly options: Options,
  ) {}

  /** How many of an owner wait or are at work. */
  count(owner: string): number {
    return this.counts.get(owner) ?? 0;
  }

  add(waiting: Waiting): void {
    this.line.push(waiting.budget.owner, waiting);
    this.counted(waiting, 1);
    if (!this.isAtWork) void this.work();
  }

  /** The one that its documents are looked at on. */
  async ownThread(): Promise<Thread> {
    if (!this.thread || this.thread.hasEnded) this.thread = await this.threads.take();
    return this.thread;
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    clearTimeout(this.idle);
    for (let next = this.next(); next; next = this.next()) {
      await this.options.work(next);
      this.counted(next, -1);
    }
    this.isAtWork = false;
    if (this.options.idleMsMax < Infinity)
      this.idle = setTimeout(() => this.thread?.end(), this.options.idleMsMax).unref();
  }

  private next(): Waiting | undefined {
    const { debtOf } = this.options;
    let least = Infinity;
    for (const party of this.line.parties()) least = Math.min(least, debtOf(ownerOf(party)));
    return this.line.take(1, (party) => debtOf(ownerOf(party)) <= least)[0];
  }

  private counted({ budget }: Waiting, more: number): void {
    const owner = ownerOf(budget.owner);
    const count = this.count(owner) + more;
    if (count > 0) this.counts.set(owner, count);
    else this.counts.delete(owner);
  }
}
