export { TaskRunsModule } from './task-runs.module.js';
