import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { ConfigModule } from './config/config.module.js';
import { DbModule } from './db/db.module.js';
import { DownloadsModule } from './downloads/downloads.module.js';
import { FairModule } from './fair/fair.module.js';
import { EventLogModule } from './event-log/event-log.module.js';
import { OutboxModule } from './events/events.module.js';
import { AppGraphqlModule } from './graphql/graphql.module.js';
import { AppExceptionFilter } from './http/exception.filter.js';
import { JsonValuesInterceptor } from './http/json-values.interceptor.js';
import { HealthModule } from './health/health.module.js';
import { LiveModule } from './live/live.module.js';
import { LogModule } from './log/log.module.js';
import { LoopsModule } from './loops/loops.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { SocketsModule } from './sockets/sockets.module.js';
import { WorkModule } from './unit-of-work/work.module.js';

/** What every module stands on; knows none of them. */
@Module({
  imports: [
    ConfigModule,
    LogModule,
    DbModule,
    LiveModule,
    FairModule,
    OutboxModule,
    WorkModule,
    OperationsModule,
    SecretsModule,
    LoopsModule,
    EventLogModule,
    SocketsModule,
    AccessModule,
    DownloadsModule,
    HealthModule,
    AppGraphqlModule,
  ],
  providers: [
    { provide: APP_FILTER, useClass: AppExceptionFilter },
    { provide: APP_INTERCEPTOR, useClass: JsonValuesInterceptor },
  ],
})
export class CoreModule {}
