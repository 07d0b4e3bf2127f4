import { Inject, Injectable } from '@nestjs/common';
import type { EventCountJson, EventFilter, EventTimeUnit } from '@headgate/contracts/rest/events';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { lookingFor } from '../../core/db/text-search.js';
import { invalid } from '../../core/errors/app-error.js';
import { wireTime, type WireEvent } from '../../core/events/events.js';
import * as queries from './events.queries.js';
import { decodeToken, encodeToken, type PageToken } from './page-token.js';
import { placeOfEvent, type Place } from './place.js';
import { bucketsFrom, bucketsOf, secondsOf, wrongWidth } from './time-buckets.js';

export type EventPage = { events: WireEvent[]; total: number; nextToken: string | null };
type Width = { unit: EventTimeUnit; interval: number };

const defaultSpanDays = 180;
/** Beyond this the total is no longer counted: nobody pages that far, and counting is not for nothing. */
const countedMax = 1_000_000;

/** Reads of stored events. */
@Injectable()
export class EventsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  async list(ctx: Ctx, filter: EventFilter, limit: number): Promise<EventPage> {
    const span = spanOf(filter);
    const total = await this.count(ctx, filter, span);
    return this.page(ctx, { filter, ...span, limit, total, shown: 0, after: null });
  }

  /** From after an event on. */
  listAfter(ctx: Ctx, filter: EventFilter, after: Place | null, limit: number): Promise<WireEvent[]> {
    const page = { ...spanOf(filter), after, limit };
    return this.read(ctx, filter, (db) => queries.readEvents(db, ctx.workspaceId, filter, page));
  }

  count(ctx: Ctx, filter: EventFilter, span = spanOf(filter)): Promise<number> {
    return this.read(ctx, filter, (db) => queries.countEvents(db, ctx.workspaceId, filter, span, countedMax));
  }

  /** The page that a token of ours names. */
  next(ctx: Ctx, token: string): Promise<EventPage> {
    return this.page(ctx, decodeToken(token));
  }

  private async page(ctx: Ctx, page: PageToken): Promise<EventPage> {
    const read = (db: Db) => queries.readEvents(db, ctx.workspaceId, page.filter, page);
    const events = await this.read(ctx, page.filter, read);
    const last = events.at(-1);
    const shown = page.shown + page.limit;
    const after = last ? placeOfEvent(last) : page.after;
    // What went meanwhile is counted in the total: nothing comes after a page that is not full.
    const nextToken =
      shown < page.total && events.length === page.limit ? encodeToken({ ...page, shown, after }) : null;
    return { events, total: page.total, nextToken };
  }

  /** Buckets without a gap, also where nothing occurred. */
  async countByTime(ctx: Ctx, filter: EventFilter, { unit, interval }: Width): Promise<EventCountJson[]> {
    const span = spanOf(filter);
    const now = wireTime();
    refuseWrongWidth(span, { unit, interval }, now);
    const { first, buckets } = bucketsOf(span, unit, interval, now);
    const width = { from: bucketsFrom, seconds: secondsOf(unit, interval) };
    const count = (db: Db) => queries.countEventsByTime(db, ctx.workspaceId, filter, span, width);
    const rows = await this.read(ctx, filter, count);
    const counts = new Map(rows.map(({ bucket, count }) => [bucket - first, count]));
    return buckets.map(({ from, to }, at) => ({
      value: String(at),
      label: from.replace('.000000', '').replace('Z', '+00:00'),
      count: counts.get(at) ?? 0,
      start_time: from,
      end_time: to,
    }));
  }

  countByKey(ctx: Ctx, filter: EventFilter, key: 'event' | 'resource', width: Width): Promise<EventCountJson[]> {
    const span = spanOf(filter);
    refuseWrongWidth(span, width, wireTime());
    return this.read(ctx, filter, (db) => queries.countEventsByKey(db, ctx.workspaceId, filter, span, key));
  }

  private read<T>({ workspaceId }: Ctx, { text }: EventFilter, read: (db: Db) => Promise<T>): Promise<T> {
    return lookingFor(text?.query, this.database, workspaceId, read);
  }
}

function refuseWrongWidth(span: queries.Span, { unit, interval }: Width, now: string): void {
  const refusal = wrongWidth(span, unit, interval, now);
  if (refusal) throw invalid(refusal);
}

/** From the beginning of a day half a year ago until now, where the filter does not say. */
function spanOf({ occurred }: EventFilter): queries.Span {
  const earliest = new Date();
  earliest.setUTCHours(0, 0, 0, 0);
  earliest.setUTCDate(earliest.getUTCDate() - defaultSpanDays);
  return { since: occurred?.since ?? wireTime(earliest), until: occurred?.until ?? wireTime() };
}
