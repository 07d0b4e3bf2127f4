import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { TaskRunsModule } from '../task-runs/index.js';
import { LogFeed } from './feed.js';
import { ForgetLogBatches } from './forget-log-batches.js';
import { LogsOfRunResolver, LogsOfTaskRunResolver } from './logs-of-runs.graphql.js';
import { LogsResolver } from './logs.graphql.js';
import { LogsController } from './logs.rest.js';
import { LogsService } from './logs.service.js';
import { LogsOutSocket } from './out.socket.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './logs.operations.js';

@Module({
  imports: [RunsModule, TaskRunsModule],
  controllers: [LogsController],
  providers: [
    LogsService,
    LogFeed,
    LogsOutSocket,
    LogsResolver,
    LogsOfRunResolver,
    LogsOfTaskRunResolver,
    ForgetLogBatches,
    provideOperations(operations),
  ],
})
export class LogsModule {}
