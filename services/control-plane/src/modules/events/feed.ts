import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/db/database.js';
import type { WireEvent } from '../../core/events/events.js';
import { Live, topics } from '../../core/live/live.js';
import { readReceivedSince } from './events.queries.js';

type Listener = (event: WireEvent) => void;

const sweepEveryMs = 5_000;
const sweepBackMs = 15_000;
const sweepLimit = 5_000;
const rememberedMax = 50_000;

/** The new events of a workspace: at once by the wake-up, and by a look into the table when a wake-up was lost. */
class WorkspaceFeed {
  readonly listeners = new Set<Listener>();
  private readonly seen = new Set<string>();
  private readonly stopLive: () => void;
  private readonly stopGap: () => void;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly workspaceId: string,
    private readonly database: Database,
    live: Live,
  ) {
    this.stopLive = live.subscribe(topics.events(workspaceId), (events) => this.give(events as WireEvent[]));
    this.stopGap = live.onGap(() => void this.sweep());
    this.timer = setInterval(() => void this.sweep(), sweepEveryMs);
  }

  stop(): void {
    this.stopLive();
    this.stopGap();
    clearInterval(this.timer);
  }

  private give(events: WireEvent[]): void {
    for (const event of events) {
      if (this.seen.has(event.id)) continue;
      if (this.seen.size >= rememberedMax) this.forgetHalf();
      this.seen.add(event.id);
      for (const listener of this.listeners) listener(event);
    }
  }

  /** Sets keep the order of insertion: the older half goes. */
  private forgetHalf(): void {
    let left = rememberedMax / 2;
    for (const id of this.seen) {
      if (left-- <= 0) return;
      this.seen.delete(id);
    }
  }

  private async sweep(): Promise<void> {
    const since = new Date(Date.now() - sweepBackMs).toISOString();
    try {
      this.give(await readReceivedSince(this.database.db, this.workspaceId, since, sweepLimit));
    } catch {
      // The database is away; the next sweep looks again.
    }
  }
}

@Injectable()
export class EventFeed {
  private readonly feeds = new Map<string, WorkspaceFeed>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
  ) {}

  /** Answers the function that ends it. An event may be given that happened shortly before. */
  listen(workspaceId: string, listener: Listener): () => void {
    const feed = this.feeds.get(workspaceId) ?? new WorkspaceFeed(workspaceId, this.database, this.live);
    this.feeds.set(workspaceId, feed);
    feed.listeners.add(listener);
    return () => {
      feed.listeners.delete(listener);
      if (feed.listeners.size > 0) return;
      feed.stop();
      this.feeds.delete(workspaceId);
    };
  }
}
