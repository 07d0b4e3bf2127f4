import { setTimeout as sleep } from 'node:timers/promises';
import { OneLook } from '../../../core/live/one-look.js';
import { workPoolJson, type WorkPoolRow } from '../pools/work-pool.js';

/** Changes that come this close together are one snapshot. */
const togetherMs = 50;
/** For those who have something to read first. */
const keptMs = 5_000;

/** What a pool looked like at a moment. Its text is made once, and shared by all who send it. */
export class Sight {
  private made: Buffer | null = null;

  constructor(readonly pool: WorkPoolRow) {}

  get updated(): string {
    return this.pool.updated;
  }

  get text(): Buffer {
    return (this.made ??= Buffer.from(JSON.stringify(workPoolJson(this.pool))));
  }
}

export type Watcher = {
  /** The pool may look different. */
  news(): void;
};

type Power = {
  /** Null when the pool is gone. */
  read(): Promise<Sight | null>;
  /** One after the other, in turns with what others tell. */
  inTurn(work: () => void): Promise<void>;
  /** Nobody watches any more. */
  unwatched(): void;
};

/** One pool, looked at once for all who watch it. */
export class SightOfPool {
  private readonly watchers = new Set<Watcher>();
  private readonly looks = new OneLook<Sight | null>();
  private newest: Sight | null = null;
  private forgetting: NodeJS.Timeout | undefined;
  private telling: Promise<void> | null = null;
  private hasChanged = false;

  constructor(private readonly power: Power) {}

  /** Answers the function that ends it. */
  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => {
      if (!this.watchers.delete(watcher) || this.watchers.size > 0) return;
      this.keep(null);
      this.power.unwatched();
    };
  }

  mayHaveChanged(): void {
    this.hasChanged = true;
    this.telling ??= this.tell().finally(() => (this.telling = null));
  }

  /** As it is now. */
  look(): Promise<Sight | null> {
    return this.looks.ask('', async () => this.keep(await this.power.read()));
  }

  /** As it was when somebody looked last, a moment ago; else as it is now. */
  async lately(): Promise<Sight | null> {
    return this.newest ?? this.look();
  }

  /** What was found by somebody who did not look here. */
  as(pool: WorkPoolRow): Sight {
    return this.newest?.updated === pool.updated ? this.newest : new Sight(pool);
  }

  private async tell(): Promise<void> {
    while (this.hasChanged) {
      await sleep(togetherMs, undefined, { ref: false });
      this.hasChanged = false;
      if (this.watchers.size === 0) return;
      // What cannot be read now each of them finds out.
      await this.look().catch(() => this.keep(null));
      for (const watcher of this.watchers) await this.power.inTurn(() => watcher.news());
    }
  }

  /** Nothing is kept of a pool that nobody asks about. */
  private keep(sight: Sight | null): Sight | null {
    clearTimeout(this.forgetting);
    const same = this.newest?.updated === sight?.updated;
    if (!same) this.newest = sight;
    if (this.newest) this.forgetting = setTimeout(() => (this.newest = null), keptMs).unref();
    return this.newest;
  }
}
