export { EventsModule } from './events.module.js';
export { EventFeed } from './feed.js';
export { EventsIngest, type Received } from './ingest.js';
export { matchesText, parseTextQuery } from './text-query.js';
