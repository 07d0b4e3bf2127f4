export { EventsModule } from './events.module.js';
export { EventsIngest, type Received } from './ingest.js';
export { textFits } from './text.filters.js';
