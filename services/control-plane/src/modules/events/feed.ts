import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/db/database.js';
import type { WireEvent } from '../../core/events/events.js';
import { Turns } from '../../core/fair/turns.js';
import { stringifyExact } from '../../core/json/exact-json.js';
import { Broadcast } from '../../core/live/broadcast.js';
import { Feeds, type Feed } from '../../core/live/feeds.js';
import { Live, topics } from '../../core/live/live.js';
import { idsWrittenSince, readWritten, transactionBefore } from './events.queries.js';
import { PageSize } from './page-size.js';

const frameOf = (event: WireEvent): string => stringifyExact({ type: 'event', event });

const sweepEveryMs = 5_000;
/** What happened so shortly before somebody listens is looked for, too: its wake-up may have come too early. */
const sweepBackSeconds = 15;
const sweepLimit = 5_000;
const rememberedMax = 50_000;

/** The new events of a workspace: at once by the wake-up, and by a look into the table when a wake-up was lost. */
class WorkspaceFeed implements Feed<WireEvent> {
  readonly broadcast: Broadcast<WireEvent>;
  private readonly seen = new Set<string>();
  private readonly stopLive: () => void;
  private readonly stopGap: () => void;
  private readonly timer: NodeJS.Timeout;
  /** Whatever transactions before this one wrote has been looked for. */
  private written: string | null = null;

  constructor(
    private readonly workspaceId: string,
    private readonly database: Database,
    live: Live,
    turns: Turns,
  ) {
    this.broadcast = new Broadcast(turns, workspaceId, frameOf);
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
    const unseen = events.filter((event) => {
      if (this.seen.has(event.id)) return false;
      if (this.seen.size >= rememberedMax) this.forgetHalf();
      return this.seen.add(event.id);
    });
    this.broadcast.give(unseen);
  }

  /** Sets keep the order of insertion: the older half goes. */
  private forgetHalf(): void {
    let left = rememberedMax / 2;
    for (const id of this.seen) {
      if (left-- <= 0) return;
      this.seen.delete(id);
    }
  }

  /** Nearly always all of it is known: what is not is read by its ids, in handy pages. */
  private async sweep(): Promise<void> {
    const { database, workspaceId } = this;
    const size = new PageSize();
    try {
      const since = this.written ?? (await transactionBefore(database.db, workspaceId, sweepBackSeconds));
      const { ids, next } = await idsWrittenSince(database.db, workspaceId, since, sweepLimit);
      const missed = ids.filter((id) => !this.seen.has(id));
      for (let at = 0; at < missed.length;) {
        const page = missed.slice(at, at + size.rows);
        const events = await readWritten(database.db, workspaceId, since, page).catch((error) => size.shrink(error));
        if (!events) continue;
        this.give(events);
        size.follows(events);
        at += page.length;
      }
      this.written = next;
    } catch {
      // The database is away; the next sweep looks again.
    }
  }
}

/** The new events of workspaces that somebody listens to. One may be given that happened shortly before. */
@Injectable()
export class EventFeed extends Feeds<WireEvent> {
  constructor(@Inject(Database) database: Database, @Inject(Live) live: Live, @Inject(Turns) turns: Turns) {
    super((workspaceId) => new WorkspaceFeed(workspaceId, database, live, turns));
  }
}
