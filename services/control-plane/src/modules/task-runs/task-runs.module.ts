import { Module } from '@nestjs/common';
import { ConcurrencyModule } from '../concurrency/index.js';
import { EventsModule } from '../events/index.js';
import { RunsModule } from '../runs/index.js';
import { TaskRunHistoryController } from './history/history.rest.js';
import { OffersService } from './background/offers.service.js';
import { ScheduledSocket } from './background/scheduled.socket.js';
import { TaskWorkers } from './background/task-workers.js';
import { TaskWorkersResolver } from './background/task-workers.graphql.js';
import { TaskWorkersController } from './background/task-workers.rest.js';
import { EndTaskRuns } from './loops/end-task-runs.js';
import { ExpireTaskRuns } from './loops/expire-task-runs.js';
import { ForgetExpiredAnswers } from './loops/forget-expired-answers.js';
import { ObservedStatesController } from './screens/observed-states.rest.js';
import { ObservedStates } from './screens/observed-states.service.js';
import { TaskRunScreensController } from './screens/task-run-screens.rest.js';
import { TaskRunScreens } from './screens/task-run-screens.service.js';
import { SetTaskState } from './moves/set-task-state.js';
import { TaskRunRecorder } from './recorder/recorder.js';
import { TaskRunHistoryResolver } from './history/history.graphql.js';
import { TaskRunCountResolver, TaskRunsOfRunResolver, TaskRunsResolver } from './task-runs.graphql.js';
import { TaskRunsController, TaskRunStatesController } from './task-runs.rest.js';
import { TaskRunsService } from './task-runs.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './task-runs.operations.js';

@Module({
  imports: [ConcurrencyModule, EventsModule, RunsModule],
  controllers: [
    TaskRunHistoryController,
    TaskRunsController,
    TaskRunStatesController,
    TaskWorkersController,
    TaskRunScreensController,
    ObservedStatesController,
  ],
  providers: [
    SetTaskState,
    OffersService,
    ScheduledSocket,
    TaskWorkers,
    TaskWorkersResolver,
    EndTaskRuns,
    ExpireTaskRuns,
    ForgetExpiredAnswers,
    TaskRunsService,
    TaskRunRecorder,
    TaskRunScreens,
    ObservedStates,
    TaskRunsResolver,
    TaskRunsOfRunResolver,
    TaskRunCountResolver,
    TaskRunHistoryResolver,
    provideOperations(operations),
  ],
  exports: [TaskRunsService],
})
export class TaskRunsModule {}
