import { Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import { sql } from 'kysely';
import type { Ctx } from '../access/ctx.js';
import type { Db } from '../db/db.js';
import { stringifyExact } from '../json/exact-json.js';
import { Live, topics } from '../live/live.js';

export type Resource = Record<string, string>;

/** An event as it crosses the wire. Times are ISO 8601; ids of any UUID version. */
export type WireEvent = {
  id: string;
  occurred: string;
  received: string;
  event: string;
  resource: Resource;
  related: Resource[];
  payload: unknown;
  follows: string | null;
  /** Which account and workspace it belongs to, where the reader is not in it. */
  account?: string;
  workspace?: string;
};

/**
 * What is stored of an event of a flow run's state beside its other columns: name of the run, how often it was begun, type
 * and message of the state; type, name and message of the one before. `storedEvents` makes resource and payload of it.
 */
export type StateChange = [
  run: string,
  count: string,
  type: string,
  message: string | null,
  oldType: string | null,
  oldName: string | null,
  oldMessage: string | null,
];

export type EventDraft = {
  event: string;
  resource: Resource;
  related?: Resource[];
  payload?: unknown;
  id?: string;
  occurred?: string;
  follows?: string | null;
};

/** Microseconds are made up below the millisecond that the clock knows: the wire wants six digits. */
export const wireTime = (date: Date = new Date()): string => date.toISOString().replace('Z', '000Z');

export function toEvent(draft: EventDraft, now: string = wireTime()): WireEvent {
  return {
    id: draft.id ?? newId(),
    occurred: draft.occurred ?? now,
    received: now,
    event: draft.event,
    resource: draft.resource,
    related: draft.related ?? [],
    payload: draft.payload ?? {},
    follows: draft.follows ?? null,
  };
}

/**
 * An event is written with the change it tells of: `append` in the change's own transaction, `announce` after its
 * commit. The event table is the outbox; what is announced only says "look now".
 */
@Injectable()
export class Events {
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly live: Live) {}

  /** Called in the process that wrote events, when they can be read. */
  onAnnounced(listener: () => void): void {
    this.listeners.push(listener);
  }

  async append(db: Db, workspaceId: Ctx['workspaceId'], drafts: EventDraft[]): Promise<WireEvent[]> {
    const events = drafts.map((draft) => toEvent(draft));
    if (events.length > 0) await insertEvents(db, workspaceId, events);
    return events;
  }

  /** Of a batch: one message per workspace, however many callers wrote together. */
  announceMany(told: { workspaceId: string; event: WireEvent }[]): void {
    const byWorkspace = new Map<string, WireEvent[]>();
    for (const { workspaceId, event } of told) {
      const events = byWorkspace.get(workspaceId);
      if (events) events.push(event);
      else byWorkspace.set(workspaceId, [event]);
    }
    for (const [workspaceId, events] of byWorkspace) this.announce(workspaceId, events);
  }

  announce(workspaceId: Ctx['workspaceId'], events: WireEvent[]): void {
    if (events.length === 0) return;
    this.live.publish(topics.events(workspaceId), events);
    for (const listener of this.listeners) listener();
  }
}

/** One statement for any number; an event that is there already is left alone. */
async function insertEvents(db: Db, workspaceId: string, events: WireEvent[]): Promise<void> {
  await sql`
    insert into event (workspace_id, occurred, id, received, event, resource_id, resource, related, payload, follows)
    select ${workspaceId}, e.occurred, e.id, e.received, e.event, e.resource->>'prefect.resource.id', e.resource, e.related, e.payload, e.follows
      from jsonb_to_recordset(${stringifyExact(events)}::jsonb)
        as e(occurred timestamptz, id uuid, received timestamptz, event text, resource jsonb, related jsonb, payload jsonb, follows uuid)
    on conflict do nothing`.execute(db);
}
