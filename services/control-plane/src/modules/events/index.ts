export { EventsModule } from './events.module.js';
export { EventsIngest, type Received } from './ingest.js';
export { parseTextQuery } from './text-query.js';
