import { Inject, Injectable } from '@nestjs/common';
import type { EventInput } from '@headgate/contracts/rest/events';
import type { Ctx } from '../../core/access/ctx.js';
import type { UnderClaim } from '../../core/access/under-claim.js';
import { MicroBatch } from '../../core/batch/micro-batch.js';
import { keptAt } from '../../core/days/kept-at.js';
import { Database } from '../../core/db/database.js';
import { storableRows } from '../../core/db/json-rows.js';
import { Events, wireTime, type WireEvent } from '../../core/events/events.js';
import { Budgets } from '../../core/fair/budgets.js';
import { inSlices } from '../../core/fair/in-slices.js';
import { storeEvents } from './ingest.sql.js';

const eventsPerFlush = 500;

export type Received = { workspaceId: string; event: WireEvent; claim: UnderClaim | null };
/** Called with everything that came, new or repeated, before the senders are answered. */
export type StoredHandler = (received: Received[]) => Promise<void>;

/** Takes in events: stored once, however often they are sent, and told to those who listen. */
@Injectable()
export class EventsIngest {
  private readonly handlers: StoredHandler[] = [];
  private readonly batches = new MicroBatch<Received[], void>(
    (batch) => this.write(batch.flat()).then(() => batch.map(() => undefined)),
    {
      partyOf: ([first]) => first!.workspaceId,
      costOf: (received) => received.length,
      costMax: 2 * eventsPerFlush,
      flightsMax: 3,
      waitingMax: 50_000,
    },
  );

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Budgets) private readonly budgets: Budgets,
  ) {}

  onStored(handler: StoredHandler): void {
    this.handlers.push(handler);
  }

  /** Durable when answered. */
  async take(ctx: Ctx, inputs: EventInput[]): Promise<void> {
    if (inputs.length === 0) return;
    this.pay(ctx, inputs.length);
    await this.store(ctx, inputs);
  }

  /** Throws when the budget is used up. */
  pay(ctx: Ctx, count: number): void {
    this.budgets.spend(ctx.workspaceId, 'events', count);
  }

  /** What is paid for; durable when answered. */
  async store({ workspaceId, claim = null }: Ctx, inputs: EventInput[]): Promise<void> {
    const received = wireTime();
    await inSlices(inputs, eventsPerFlush, (slice) =>
      this.batches.submit(slice.map((input) => ({ workspaceId, event: { ...input, received }, claim }))),
    );
  }

  private async write(received: Received[]): Promise<void> {
    const rows = received.map(({ workspaceId, event: { occurred, ...rest } }) => ({
      workspace_id: workspaceId,
      ...rest,
      ...keptAt(occurred, Date.parse(rest.received)),
    }));
    const stored = await storeEvents(this.database.sql, [storableRows(rows)]);
    for (const handler of this.handlers) await handler(received);
    const isNew = new Set(stored.map((row) => row.workspace_id + row.id));
    this.events.announceMany(received.filter(({ workspaceId, event }) => isNew.delete(workspaceId + event.id)));
  }
}
