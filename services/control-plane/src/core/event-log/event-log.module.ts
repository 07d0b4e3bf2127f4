import { Global, Module } from '@nestjs/common';
import { EventLog } from './event-log.js';
import { EventLag } from './lag.js';

@Global()
@Module({ providers: [EventLog, EventLag], exports: [EventLog] })
export class EventLogModule {}
