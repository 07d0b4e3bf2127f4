import { Inject, Injectable } from '@nestjs/common';
import type { EventFilter } from '@headgate/contracts/rest/events';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import { forbidden, invalid } from '../../core/errors/app-error.js';
import { wireTime, type WireEvent } from '../../core/events/events.js';
import { readEvents, type Place } from './events.queries.js';
import { matchesEvent } from './matches-event.js';

type Asker = Pick<Ctx, 'workspaceId'>;
type Token = { filter: EventFilter; limit: number; after: Place; since: string; until: string };
export type EventPage = { events: WireEvent[]; total: number; nextToken: string | null };

const defaultSpanMs = 180 * 86_400_000;
const pageSize = 500;
const countedMax = 100_000;
const bucketsMax = 1_000;
const unitSeconds = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 };

/** Reads of stored events. */
@Injectable()
export class EventsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  list(ctx: Asker, filter: EventFilter, limit: number): Promise<EventPage> {
    return this.page(ctx, filter, limit, spanOf(filter), null);
  }

  /** The page that a token of ours names; a token is only good in its own workspace, where its filter is applied anew. */
  next(ctx: Asker, token: string): Promise<EventPage> {
    const { filter, limit, after, since, until } = decodeToken(token);
    return this.page(ctx, filter, limit, { since, until }, after);
  }

  private async page(
    ctx: Asker,
    filter: EventFilter,
    limit: number,
    span: { since: string; until: string },
    after: Place | null,
  ): Promise<EventPage> {
    const order = filter.order ?? 'DESC';
    const found: WireEvent[] = [];
    for await (const event of this.walk(ctx, filter, span, order, after)) {
      found.push(event);
      if (found.length > limit) break;
    }
    const events = found.slice(0, limit);
    const last = events.at(-1);
    const nextToken =
      found.length > limit && last
        ? encodeToken({ filter, limit, after: { occurred: last.occurred, id: last.id }, ...span })
        : null;
    return { events, total: after ? events.length : await this.total(ctx, filter, span), nextToken };
  }

  private async total(ctx: Asker, filter: EventFilter, span: { since: string; until: string }): Promise<number> {
    let count = 0;
    for await (const _ of this.walk(ctx, filter, span, 'DESC', null)) if (++count >= countedMax) break;
    return count;
  }

  async countByTime(ctx: Asker, filter: EventFilter, unit: keyof typeof unitSeconds, interval: number) {
    const { since, until } = spanOf(filter);
    const width = unitSeconds[unit] * interval * 1000;
    const start = Math.floor(Date.parse(since) / width) * width;
    const buckets = Math.ceil((Date.parse(until) - start) / width);
    if (buckets > bucketsMax)
      throw invalid(`The given interval would create ${buckets} buckets; the maximum is ${bucketsMax}.`);
    const counts = Array.from({ length: Math.max(buckets, 1) }, () => 0);
    for await (const event of this.walk(ctx, filter, { since, until }, 'ASC', null)) {
      const at = Math.floor((Date.parse(event.occurred) - start) / width);
      if (counts[at] !== undefined) counts[at]++;
    }
    return counts.map((count, at) => {
      const from = wireTime(new Date(start + at * width));
      return {
        value: from,
        label: from,
        count,
        start_time: from,
        end_time: wireTime(new Date(start + (at + 1) * width)),
      };
    });
  }

  async countByKey(ctx: Asker, filter: EventFilter, by: 'event' | 'resource') {
    const counts = new Map<
      string,
      { value: string; label: string; count: number; start_time: string; end_time: string }
    >();
    for await (const event of this.walk(ctx, filter, spanOf(filter), 'ASC', null)) {
      const value = by === 'event' ? event.event : (event.resource['prefect.resource.id'] ?? '');
      const label = by === 'event' ? value : (event.resource['prefect.resource.name'] ?? value);
      const known = counts.get(value) ?? {
        value,
        label,
        count: 0,
        start_time: event.occurred,
        end_time: event.occurred,
      };
      counts.set(value, { ...known, count: known.count + 1, end_time: event.occurred });
    }
    return [...counts.values()].sort((one, other) => other.count - one.count);
  }

  private async *walk(
    ctx: Asker,
    filter: EventFilter,
    span: { since: string; until: string },
    order: 'ASC' | 'DESC',
    from: Place | null,
  ): AsyncGenerator<WireEvent> {
    let after = from;
    while (true) {
      const page = await readEvents(this.database.db, ctx.workspaceId, filter, {
        ...span,
        after,
        order,
        limit: pageSize,
      });
      for (const event of page) if (matchesEvent(filter, event)) yield event;
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = { occurred: last.occurred, id: last.id };
    }
  }
}

function spanOf({ occurred }: EventFilter): { since: string; until: string } {
  return {
    since: occurred?.since ?? wireTime(new Date(Date.now() - defaultSpanMs)),
    until: occurred?.until ?? wireTime(),
  };
}

const encodeToken = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decodeToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token;
    if (token.after && token.since && token.until && typeof token.limit === 'number') return token;
  } catch {
    // Falls through to the refusal.
  }
  throw forbidden('Invalid page token.');
}
