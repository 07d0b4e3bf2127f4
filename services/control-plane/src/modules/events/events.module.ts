import { Module } from '@nestjs/common';
import { EventsController } from './events.rest.js';
import { EventsResolver } from './events.graphql.js';
import { EventsService } from './events.service.js';
import { EventFeed } from './feed.js';
import { EventsInSocket } from './in.socket.js';
import { EventsIngest } from './ingest.js';
import { EventsOutSocket } from './out.socket.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './events.operations.js';

@Module({
  controllers: [EventsController],
  providers: [
    EventsIngest,
    EventsService,
    EventsResolver,
    EventFeed,
    EventsInSocket,
    EventsOutSocket,
    provideOperations(operations),
  ],
  exports: [EventsIngest, EventFeed],
})
export class EventsModule {}
