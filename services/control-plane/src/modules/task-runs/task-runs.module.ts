import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { TaskRunRecorder } from './recorder/recorder.js';
import { TaskRunsOfRunResolver, TaskRunsResolver } from './task-runs.graphql.js';
import { TaskRunsController, TaskRunStatesController } from './task-runs.rest.js';
import { TaskRunsService } from './task-runs.service.js';

@Module({
  imports: [EventsModule],
  controllers: [TaskRunsController, TaskRunStatesController],
  providers: [TaskRunsService, TaskRunRecorder, TaskRunsResolver, TaskRunsOfRunResolver],
})
export class TaskRunsModule {}
