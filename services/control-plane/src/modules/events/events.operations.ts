import { events } from '@headgate/contracts/rest/events';
import { z } from 'zod';
import { selfCommitting } from '../../core/operations/operation.js';
import { EventsIngest } from './ingest.js';

const shared = {
  needs: 'manage_events',
  input: events,
  answer: z.void(),
  describe: ({ length }: { length: number }) => `Took in ${length} events`,
  by: EventsIngest,
  why: 'events are stored in one statement with those of other callers',
} as const;

export const ingestEvents = selfCommitting({
  ...shared,
  name: 'event.ingest',
  audit: 'event.ingested',
  run: (ingest, ctx, given) => ingest.take(ctx, given),
});

/** Of a socket, which has paid for them before. */
export const storeEvents = selfCommitting({
  ...shared,
  name: 'event.store',
  audit: 'event.stored',
  run: (ingest, ctx, given) => ingest.store(ctx, given),
});
