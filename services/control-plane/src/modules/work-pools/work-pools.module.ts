import { Module } from '@nestjs/common';
import { JobVariablesModule } from '../job-variables/index.js';
import { RunsModule } from '../runs/index.js';
import { PoolSights } from './channel/pool-sights.js';
import { WelcomeService } from './channel/welcome.service.js';
import { WorkerChannelSocket } from './channel/worker-channel.socket.js';
import { AgentPresence } from './claims/agent-presence.js';
import { ClaimsController } from './claims/claims.rest.js';
import { DispatchService } from './claims/dispatch.service.js';
import { PolledPools } from './claims/polled-pools.js';
import { PollingService } from './claims/polling.service.js';
import { PoolContentsResolver } from './pools/pool-contents.graphql.js';
import { WorkPoolCountResolver, WorkPoolsResolver } from './pools/work-pools.graphql.js';
import { WorkPoolsController } from './pools/work-pools.rest.js';
import { WorkPoolsService } from './pools/work-pools.service.js';
import { PoolQueuesController } from './queues/pool-queues.rest.js';
import { QueuePolls } from './queues/queue-polls.service.js';
import { WorkQueuesResolver } from './queues/work-queues.graphql.js';
import { WorkQueuesController } from './queues/work-queues.rest.js';
import { WorkQueuesService } from './queues/work-queues.service.js';
import { RecoveryResolver } from './recovery/recovery.graphql.js';
import { RecoveryController } from './recovery/recovery.rest.js';
import { RecoveryService } from './recovery/recovery.service.js';
import { QueueSlotsResolver } from './slots/queue-slots.graphql.js';
import { SlotsService } from './slots/slots.service.js';
import { TakeBackTeardowns } from './teardowns/take-back-teardowns.js';
import { TeardownsService } from './teardowns/teardowns.service.js';
import { WorkersController } from './workers/workers.rest.js';
import { WorkersService } from './workers/workers.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as pools from './pools/work-pools.operations.js';
import * as queues from './queues/work-queues.operations.js';
import * as recovery from './recovery/recovery.operations.js';
import { WorkersResolver } from './workers/workers.graphql.js';
import * as workers from './workers/workers.operations.js';
import * as claims from './claims/claims.operations.js';

@Module({
  imports: [JobVariablesModule, RunsModule],
  controllers: [
    RecoveryController,
    PoolQueuesController,
    WorkersController,
    WorkPoolsController,
    WorkQueuesController,
    ClaimsController,
  ],
  providers: [
    WorkPoolsService,
    WorkQueuesService,
    QueuePolls,
    SlotsService,
    WorkersService,
    PollingService,
    PolledPools,
    AgentPresence,
    DispatchService,
    TeardownsService,
    TakeBackTeardowns,
    WelcomeService,
    PoolSights,
    WorkerChannelSocket,
    WorkPoolsResolver,
    WorkPoolCountResolver,
    PoolContentsResolver,
    WorkQueuesResolver,
    QueueSlotsResolver,
    RecoveryService,
    RecoveryResolver,
    WorkersResolver,
    provideOperations(pools),
    provideOperations(queues),
    provideOperations(recovery),
    provideOperations(workers),
    provideOperations(claims),
  ],
  exports: [WorkPoolsService, WorkQueuesService],
})
export class WorkPoolsModule {}
