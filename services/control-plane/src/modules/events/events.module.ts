import { Module } from '@nestjs/common';
import { EventsController } from './events.rest.js';
import { EventsService } from './events.service.js';
import { EventFeed } from './feed.js';
import { EventsInSocket } from './in.socket.js';
import { EventsIngest } from './ingest.js';
import { EventsOutSocket } from './out.socket.js';

@Module({
  controllers: [EventsController],
  providers: [EventsIngest, EventsService, EventFeed, EventsInSocket, EventsOutSocket],
  exports: [EventsIngest, EventFeed],
})
export class EventsModule {}
