import { Module } from '@nestjs/common';
import { BlocksModule } from '../blocks/index.js';
import { ConcurrencyModule } from '../concurrency/index.js';
import { FlowsModule } from '../flows/index.js';
import { JobVariablesModule } from '../job-variables/index.js';
import { ParametersModule } from '../parameters/index.js';
import { RunsModule } from '../runs/index.js';
import { WorkPoolsModule } from '../work-pools/index.js';
import {
  DeploymentCountResolver,
  DeploymentOfRunResolver,
  DeploymentsOfFlowResolver,
  DeploymentsResolver,
} from './deployments.graphql.js';
import { DeployController } from './deploy.rest.js';
import { DeploymentsController } from './deployments.rest.js';
import { DeploymentsService } from './deployments.service.js';
import { LimitOfDeployment } from './limit-of-deployment.js';
import { QueueOfDeployment } from './queue-of-deployment.js';
import { DeploymentRunsService } from './runs/deployment-runs.service.js';
import { RunBatchesController } from './runs/run-batches.rest.js';
import { RunSources } from './runs/run-sources.js';
import { Preparations } from './schedules/prepare.js';
import { Scheduler } from './schedules/scheduler.js';
import { SkipMissedRuns } from './schedules/skip-missed-runs.js';
import { SchedulesResolver } from './schedules/schedules.graphql.js';
import { SchedulesService } from './schedules/schedules.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as deployments from './deployments.operations.js';
import * as deploymentRuns from './runs/deployment-runs.operations.js';
import * as schedules from './schedules/schedules.operations.js';
import { DeploymentRunsResolver } from './runs/deployment-runs.graphql.js';
import { DeploymentChangesResolver } from './deployment-changes.graphql.js';

@Module({
  imports: [
    BlocksModule,
    FlowsModule,
    JobVariablesModule,
    ParametersModule,
    RunsModule,
    WorkPoolsModule,
    ConcurrencyModule,
  ],
  controllers: [DeploymentsController, DeployController, RunBatchesController],
  providers: [
    DeploymentChangesResolver,
    DeploymentRunsResolver,
    DeploymentsService,
    DeploymentRunsService,
    RunSources,
    LimitOfDeployment,
    QueueOfDeployment,
    SchedulesService,
    Scheduler,
    Preparations,
    SkipMissedRuns,
    DeploymentsResolver,
    DeploymentCountResolver,
    SchedulesResolver,
    DeploymentOfRunResolver,
    DeploymentsOfFlowResolver,
    provideOperations(deployments),
    provideOperations(deploymentRuns),
    provideOperations(schedules),
  ],
})
export class DeploymentsModule {}
