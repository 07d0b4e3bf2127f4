export { refuseWrongJobVariables, wrongJobVariables } from './pools/job-template.js';
export { workPoolJson, type JobTemplate, type WorkPoolRow } from './pools/work-pool.js';
export { WorkPoolsService } from './pools/work-pools.service.js';
export type { WorkQueueRow } from './queues/work-queue.js';
export { WorkQueuesService } from './queues/work-queues.service.js';
export { WorkPoolsModule } from './work-pools.module.js';
