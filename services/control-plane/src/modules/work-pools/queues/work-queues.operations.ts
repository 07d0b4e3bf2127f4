import { queueRunsRequest, workQueueCreate, workQueueUpdate } from '@headgate/contracts/rest/work-pools';
import { z } from 'zod';
import { operation, selfCommitting } from '../../../core/operations/operation.js';
import { byId, named } from '../../../core/operations/shapes.js';
import { PollingService } from '../claims/polling.service.js';
import { WorkQueuesService } from './work-queues.service.js';

export const createWorkQueue = operation({
  name: 'work-queue.create',
  needs: 'write_work_queues',
  /** Without a pool it is one of the agents' queues. */
  input: z.object({ poolName: z.string().nullable(), queue: workQueueCreate }),
  answer: named,
  describe: (_, { name }) => `Created the work queue ${name}`,
  audit: 'work-queue.created',
  by: WorkQueuesService,
  change: (queues, ctx, tx, { poolName, queue }) =>
    poolName === null ? queues.createForAgents(ctx, tx, queue) : queues.create(ctx, tx, poolName, queue),
});

export const updateWorkQueue = operation({
  name: 'work-queue.update',
  needs: 'write_work_queues',
  input: z.object({ id: z.string(), change: workQueueUpdate }),
  answer: named,
  describe: (_, { name }) => `Changed the work queue ${name}`,
  audit: 'work-queue.updated',
  by: WorkQueuesService,
  change: (queues, ctx, tx, { id, change }) => queues.update(ctx, tx, id, change),
});

export const deleteWorkQueue = operation({
  name: 'work-queue.delete',
  needs: 'manage_work_queues',
  input: byId,
  answer: named,
  describe: (_, { name }) => `Deleted the work queue ${name}`,
  audit: 'work-queue.deleted',
  by: WorkQueuesService,
  change: (queues, ctx, tx, { id }) => queues.delete(ctx, tx, id),
});

export const pollWorkQueue = selfCommitting({
  name: 'work-queue.poll',
  needs: 'run_flows',
  /** Who only looks is nobody who serves the queue. */
  input: z.object({ id: z.string(), request: queueRunsRequest, onlyLooks: z.boolean() }),
  answer: z.array(byId),
  describe: ({ id }, { length }) => `Asked the work queue ${id} for runs, and found ${length}`,
  audit: 'work-queue.polled',
  by: PollingService,
  why: 'polls of many agents are written down together, once in a while',
  run: (polling, ctx, { id, request, onlyLooks }) => polling.ofQueue(ctx, id, request, !onlyLooks),
});
