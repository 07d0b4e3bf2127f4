export { TaskRunObject } from './task-runs.graphql.js';
export { TaskRunsModule } from './task-runs.module.js';
