import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { eventFilter, type EventFilter } from '@headgate/contracts/rest/events';
import { z } from 'zod';
import type { WebSocket } from 'ws';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import { wireTime, type WireEvent } from '../../core/events/events.js';
import { stringifyExact } from '../../core/json/exact-json.js';
import type { Frames } from '../../core/sockets/frames.js';
import { Sockets } from '../../core/sockets/sockets.js';
import { readEvents, type Place } from './events.queries.js';
import { EventFeed } from './feed.js';
import { matchesEvent } from './matches-event.js';

const greeting = z.object({ type: z.literal('filter'), filter: z.unknown(), backfill: z.unknown().optional() });
const backfillMs = 15 * 60_000;
const pageSize = 250;
/** Ids that one socket remembers having sent; readers drop what they see twice. */
const rememberedMax = 20_000;
/** A reader that is so far behind loses its socket, comes back and asks for what it missed. */
const unsentBytesMax = 16 * 1024 * 1024;

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
      handle: (socket, frames, ctx) => this.handle(socket, frames, ctx),
    });
  }

  private async handle(socket: WebSocket, frames: Frames, ctx: Ctx): Promise<void> {
    const hello = greeting.safeParse(await frames.nextJson(null));
    if (!hello.success) return frames.close(1002, "Expected 'filter' message");
    const filter = eventFilter.safeParse(hello.data.filter ?? {});
    if (!filter.success)
      return frames.close(1002, `Invalid filter: ${filter.error.issues[0]?.message ?? ''}`.slice(0, 120));
    const sent = new Set<string>();
    let early: WireEvent[] | null = [];
    const send = (event: WireEvent) => this.send(socket, filter.data, sent, event);
    const stop = this.feed.listen(ctx.workspaceId, (event) => (early ? early.push(event) : send(event)));
    socket.on('close', stop);
    const { backfill = true } = hello.data;
    if (backfill) await this.backfill(ctx, filter.data, send);
    for (const event of early) send(event);
    early = null;
  }

  private async backfill(ctx: Ctx, filter: EventFilter, send: (event: WireEvent) => void): Promise<void> {
    const earliest = wireTime(new Date(Date.now() - backfillMs));
    const since = filter.occurred?.since && filter.occurred.since > earliest ? filter.occurred.since : earliest;
    const until = wireTime(new Date(Date.now() + 86_400_000));
    let after: Place | null = null;
    while (true) {
      const oldestFirst = { ...filter, order: 'ASC' as const };
      const page: WireEvent[] = await readEvents(this.database.db, ctx.workspaceId, oldestFirst, {
        since,
        until,
        after,
        limit: pageSize,
      });
      page.forEach(send);
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { occurred: last.occurred, id: last.id };
    }
  }

  private send(socket: WebSocket, filter: EventFilter, sent: Set<string>, event: WireEvent): void {
    if (sent.has(event.id) || !matchesEvent(filter, event)) return;
    if (sent.size >= rememberedMax) sent.clear();
    sent.add(event.id);
    if (socket.bufferedAmount > unsentBytesMax) return socket.terminate();
    socket.send(stringifyExact({ type: 'event', event }));
  }
}
