import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { eventFilter, type EventFilter } from '@headgate/contracts/rest/events';
import { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { lookingFor, searchMsMax, SearchTooLong } from '../../core/db/text-search.js';
import { wireTime, type WireEvent } from '../../core/events/events.js';
import { stringifyExact } from '../../core/json/exact-json.js';
import type { Listener, Told } from '../../core/live/broadcast.js';
import { closing } from '../../core/sockets/closing.js';
import { firstWordMs, type Frames } from '../../core/sockets/frames.js';
import type { Peer } from '../../core/sockets/peer.js';
import { readFrame } from '../../core/sockets/read-frame.js';
import { Sockets } from '../../core/sockets/sockets.js';
import { readEvents, type EventsPage } from './events.queries.js';
import { EventFeed } from './feed.js';
import { FilterTooDear, matchesEvent } from './matches-event.js';
import { bytesOf, PageSize } from './page-size.js';
import { placeOfEvent, type Place } from './place.js';

const greeting = z.object({ type: z.literal('filter'), filter: z.unknown(), backfill: z.unknown().optional() });
const backfillMs = 15 * 60_000;
/** A filter of some thousand ids. */
const frameBytesMax = 256 * 1024;
/** Ids of the backfill that are remembered, so that what also comes live is sent once; readers drop what they see twice. */
const rememberedMax = 5_000;
/** As far back as the feed may come with events that the backfill has brought. */
const rememberedMs = 60_000;
/** Said for good: who comes back with it would be as dear. */
const tooDear = {
  code: 1008,
  reason: 'The patterns or words of this filter take too long. Please ask for fewer or shorter ones.',
};
const searchTooLong = {
  code: 1008,
  reason: 'The search through the past took too long. Please look for fewer words, or without backfill.',
};
/** What may happen while the backfill is on its way; a reader for whom it takes longer connects again. */
const earlyMax = { events: 5_000, bytes: 8 * 1024 * 1024 };

/** Events as they happen: first what lies a short time back, then live, without a gap between the two. */
@Injectable()
export class EventsOutSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(EventFeed) private readonly feed: EventFeed,
    @Inject(Database) private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.sockets.add({
      path: /^\/api\/events\/out$/,
      needs: 'see_events',
      frameBytesMax,
      handle: (peer, frames, ctx) => this.handle(peer, frames, ctx),
    });
  }

  private async handle(peer: Peer, frames: Frames, ctx: Ctx): Promise<void> {
    const hello = greeting.safeParse(await frames.nextJson(firstWordMs));
    if (!hello.success) return peer.end({ code: 1002, reason: "Expected 'filter' message" });
    const filter = readFrame(eventFilter, hello.data.filter ?? {}, peer, ctx.log);
    if (!filter.success)
      return peer.end({ code: 1002, reason: `Invalid filter: ${filter.error.issues[0]?.message ?? ''}` });
    frames.expectNoMore();
    if (peer.gone.aborted) return;
    const out = new Outflow(peer, filter.data);
    const stop = this.feed.listen(ctx.workspaceId, out);
    const leave = () => {
      stop();
      out.forget();
    };
    peer.gone.addEventListener('abort', leave, { once: true });
    const { backfill = true } = hello.data;
    try {
      if (backfill) await this.backfill(ctx, peer, filter.data, out);
    } catch (error) {
      if (!(error instanceof SearchTooLong)) throw error;
      return peer.end(searchTooLong);
    }
    await out.complete();
  }

  private async backfill(ctx: Ctx, peer: Peer, filter: EventFilter, out: Outflow): Promise<void> {
    const earliest = wireTime(new Date(Date.now() - backfillMs));
    const since = filter.occurred?.since && filter.occurred.since > earliest ? filter.occurred.since : earliest;
    const latest = wireTime(new Date(Date.now() + 86_400_000));
    const until = filter.occurred?.until && filter.occurred.until < latest ? filter.occurred.until : latest;
    const oldestFirst = { ...filter, order: 'ASC' as const };
    const size = new PageSize();
    let after: Place | null = null;
    // For all pages together: to search is as dear in parts as it is whole.
    let leftMs = searchMsMax;
    while (!peer.gone.aborted) {
      const span: EventsPage = { since, until, after, limit: size.rows };
      const began = performance.now();
      const read = (db: Db) => readEvents(db, ctx.workspaceId, oldestFirst, span);
      const page: WireEvent[] | void = await lookingFor(
        filter.text?.query,
        this.database,
        ctx.workspaceId,
        read,
        leftMs,
      ).catch((error) => size.shrink(error));
      leftMs -= performance.now() - began;
      if (!page) continue;
      await this.sendAll(page, peer, out);
      const last: WireEvent | undefined = page.at(-1);
      if (!last || page.length < span.limit) return;
      after = placeOfEvent(last);
      size.follows(page);
    }
  }

  /** A slow reader is not sent more than it reads; what lies here meanwhile counts as what it has in work. */
  private async sendAll(page: WireEvent[], peer: Peer, out: Outflow): Promise<void> {
    const bytes = bytesOf(page);
    peer.takesInHand(bytes);
    for (const event of page) {
      out.stored(event);
      await peer.drained();
    }
    peer.takesInHand(-bytes);
  }
}

/** What goes out to one reader: what is stored first, what happens meanwhile after it, and nothing of it twice. */
class Outflow implements Listener<WireEvent> {
  private early: Told<WireEvent>[] | null = [];
  private earlyBytes = 0;
  private readonly sent = new Set<string>();

  constructor(
    private readonly peer: Peer,
    private readonly filter: EventFilter,
  ) {}

  /** One that the database found to fit. */
  stored(event: WireEvent): void {
    if (this.sent.size >= rememberedMax) this.sent.clear();
    this.sent.add(event.id);
    this.peer.send(stringifyExact({ type: 'event', event }));
  }

  take(told: Told<WireEvent>): void {
    if (!this.wants(told.value)) return;
    if (!this.early) return this.send(told);
    this.early.push(told);
    this.keep(told.size);
    if (this.early.length > earlyMax.events || this.earlyBytes > earlyMax.bytes) this.lose();
  }

  private wants(event: WireEvent): boolean {
    try {
      return matchesEvent(this.filter, event);
    } catch (error) {
      if (!(error instanceof FilterTooDear)) throw error;
      this.peer.end(tooDear);
      return false;
    }
  }

  lose(): void {
    this.peer.end(closing.tooSlow);
  }

  /** All that is stored has been sent: what happened meanwhile follows, as fast as it is read. */
  async complete(): Promise<void> {
    for (let early = this.early; early?.length; await this.peer.drained()) {
      const told = early.shift()!;
      this.keep(-told.size);
      this.send(told);
    }
    this.early = null;
    setTimeout(() => this.sent.clear(), rememberedMs).unref();
  }

  /** Who has gone needs nothing of it any more. */
  forget(): void {
    if (this.early) this.early.length = 0;
    this.keep(-this.earlyBytes);
  }

  private keep(bytes: number): void {
    this.earlyBytes += bytes;
    this.peer.takesInHand(bytes);
  }

  private send({ value, text }: Told<WireEvent>): void {
    if (!this.sent.has(value.id)) this.peer.send(text);
  }
}
