export { WorkPoolsService } from './pools/work-pools.service.js';
export { plainQueueJson } from './queues/work-queue.js';
export { WorkQueuesService } from './queues/work-queues.service.js';
export { WorkPoolsModule } from './work-pools.module.js';
