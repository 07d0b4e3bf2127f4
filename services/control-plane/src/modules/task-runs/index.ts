export { TaskRunObject } from './task-runs.objects.js';
export { TaskRunsModule } from './task-runs.module.js';
export { TaskRunsService } from './task-runs.service.js';
