import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { ConcurrencyModule } from '../concurrency/index.js';
import { JobVariablesModule } from '../job-variables/index.js';
import { ParametersModule } from '../parameters/index.js';
import { RunActionsController } from './actions/run-actions.rest.js';
import { RunActions } from './actions/run-actions.service.js';
import { BulkRunsController } from './bulk/bulk.rest.js';
import { BulkRuns } from './bulk/bulk.service.js';
import { ApiPresence } from './claims/api-presence.js';
import { ClaimsService } from './claims/claims.service.js';
import { CreateRuns } from './create/create-runs.js';
import { FlowRunsResolver } from './flow-runs/flow-runs.graphql.js';
import { FlowRunsController, FlowRunStatesController } from './flow-runs/flow-runs.rest.js';
import { FlowRunsService } from './flow-runs/flow-runs.service.js';
import { InputsController } from './flow-runs/inputs.rest.js';
import { InputsService } from './flow-runs/inputs.service.js';
import { JobVariablesOfRun } from './flow-runs/job-variables-of-run.js';
import { PauseOfRunResolver } from './flow-runs/pause.graphql.js';
import { QueueOfRun } from './flow-runs/queue-of-run.js';
import { ResumeService } from './flow-runs/resume.service.js';
import { RunNotices } from './flow-runs/run-notices.js';
import { RunGraphController } from './graph/graph.rest.js';
import { RunGraph } from './graph/graph.service.js';
import { FlowRunHistoryController } from './history/history.rest.js';
import { RunScreensController } from './history/run-screens.rest.js';
import { RunHistory } from './history/history.service.js';
import { ExpirePauses } from './loops/expire-pauses.js';
import { ExpireRuns } from './loops/expire-runs.js';
import { FinishCancellations } from './loops/finish-cancellations.js';
import { MarkLateRuns } from './loops/mark-late-runs.js';
import { RunHeartbeats } from './heartbeats/heartbeats.js';
import { RecoverLostRuns } from './loops/recover-lost-runs.js';
import { RecoverLostClaims } from './loops/recover-lost-claims.js';
import { RunUpkeep } from './loops/upkeep.js';
import { YoungTables } from './loops/young-tables.js';
import { DeploymentSlots } from './moves/deployment-slots.js';
import { SetState } from './moves/set-state.js';
import { SkipRuns } from './moves/skip-runs.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as flowRuns from './flow-runs/flow-runs.operations.js';
import * as inputs from './flow-runs/inputs.operations.js';
import * as actions from './actions/run-actions.operations.js';
import * as bulk from './bulk/bulk.operations.js';
import { FlowRunFiguresResolver } from './lists/figures.graphql.js';
import { FlowRunHistoryResolver } from './history/history.graphql.js';
import { GraphNodesResolver, GraphOfRunResolver } from './graph/graph.graphql.js';
import { FlowRunChangesResolver } from './flow-runs/flow-run-changes.graphql.js';

@Module({
  imports: [ConcurrencyModule, EventsModule, JobVariablesModule, ParametersModule],
  controllers: [
    InputsController,
    FlowRunHistoryController,
    RunScreensController,
    RunGraphController,
    BulkRunsController,
    RunActionsController,
    FlowRunsController,
    FlowRunStatesController,
  ],
  providers: [
    FlowRunChangesResolver,
    FlowRunFiguresResolver,
    FlowRunHistoryResolver,
    GraphOfRunResolver,
    GraphNodesResolver,
    CreateRuns,
    SetState,
    SkipRuns,
    DeploymentSlots,
    FlowRunsService,
    ResumeService,
    RunActions,
    RunNotices,
    InputsService,
    JobVariablesOfRun,
    QueueOfRun,
    FlowRunsResolver,
    PauseOfRunResolver,
    ClaimsService,
    ApiPresence,
    MarkLateRuns,
    ExpirePauses,
    ExpireRuns,
    FinishCancellations,
    RecoverLostClaims,
    RecoverLostRuns,
    RunHeartbeats,
    RunUpkeep,
    YoungTables,
    RunHistory,
    RunGraph,
    BulkRuns,
    provideOperations(flowRuns),
    provideOperations(inputs),
    provideOperations(actions),
    provideOperations(bulk),
  ],
  exports: [FlowRunsService, SkipRuns, RunNotices, ClaimsService, RunHistory],
})
export class RunsModule {}
