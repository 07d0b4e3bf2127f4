import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { ClaimsController } from './claims/claims.rest.js';
import { DispatchService } from './claims/dispatch.service.js';
import { PollingService } from './claims/polling.service.js';
import { WorkPoolsResolver } from './pools/work-pools.graphql.js';
import { WorkPoolsController } from './pools/work-pools.rest.js';
import { WorkPoolsService } from './pools/work-pools.service.js';
import { PoolQueuesController, WorkQueuesController } from './queues/work-queues.rest.js';
import { WorkQueuesService } from './queues/work-queues.service.js';
import { WorkersController } from './workers/workers.rest.js';
import { WorkersService } from './workers/workers.service.js';

@Module({
  imports: [RunsModule],
  controllers: [PoolQueuesController, WorkersController, WorkPoolsController, WorkQueuesController, ClaimsController],
  providers: [WorkPoolsService, WorkQueuesService, WorkersService, PollingService, DispatchService, WorkPoolsResolver],
  exports: [WorkPoolsService, WorkQueuesService],
})
export class WorkPoolsModule {}
