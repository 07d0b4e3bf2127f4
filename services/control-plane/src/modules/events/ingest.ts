import { Inject, Injectable } from '@nestjs/common';
import type { EventInput } from '@headgate/contracts/rest/events';
import { MicroBatch } from '../../core/batch/micro-batch.js';
import { Database } from '../../core/db/database.js';
import { storableRows } from '../../core/db/json-rows.js';
import { Events, wireTime, type WireEvent } from '../../core/events/events.js';
import { storeEvents } from './ingest.sql.js';

export type Received = { workspaceId: string; event: WireEvent };
/** Called with everything that came, new or repeated, before the senders are answered. */
export type StoredHandler = (received: Received[]) => Promise<void>;

/** Takes in events: stored once, however often they are sent, and told to those who listen. */
@Injectable()
export class EventsIngest {
  private readonly handlers: StoredHandler[] = [];
  private readonly batches = new MicroBatch<Received[], void>(
    (batch) => this.store(batch.flat()).then(() => batch.map(() => undefined)),
    { sizeMax: 500, flightsMax: 2, waitingMax: 50_000 },
  );

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
  ) {}

  onStored(handler: StoredHandler): void {
    this.handlers.push(handler);
  }

  /** Durable when answered. */
  async take(workspaceId: string, inputs: EventInput[]): Promise<void> {
    if (inputs.length === 0) return;
    const received = wireTime();
    await this.batches.submit(inputs.map((input) => ({ workspaceId, event: { ...input, received } })));
  }

  private async store(received: Received[]): Promise<void> {
    const rows = received.map(({ workspaceId, event }) => ({ workspace_id: workspaceId, ...event }));
    const stored = await storeEvents(this.database.sql, [storableRows(rows)]);
    for (const handler of this.handlers) await handler(received);
    const isNew = new Set(stored.map((row) => row.workspace_id + row.id));
    this.events.announceMany(received.filter(({ workspaceId, event }) => isNew.delete(workspaceId + event.id)));
  }
}
