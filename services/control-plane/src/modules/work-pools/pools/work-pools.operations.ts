import { scheduledRunsRequest, workPoolCreate, workPoolUpdate } from '@headgate/contracts/rest/work-pools';
import { z } from 'zod';
import { operation, selfCommitting } from '../../../core/operations/operation.js';
import { named } from '../../../core/operations/shapes.js';
import { PollingService } from '../claims/polling.service.js';
import { WorkPoolsService } from './work-pools.service.js';

const byName = z.object({ name: z.string() });

export const createWorkPool = operation({
  name: 'work-pool.create',
  needs: 'write_work_pools',
  input: workPoolCreate,
  answer: named,
  describe: (_, { name }) => `Created the work pool ${name}`,
  audit: 'work-pool.created',
  by: WorkPoolsService,
  prepare: (pools, ctx, draft) => pools.prepareCreate(ctx, draft),
  change: (pools, ctx, tx, draft) => pools.create(ctx, tx, draft),
});

export const updateWorkPool = operation({
  name: 'work-pool.update',
  needs: 'write_work_pools',
  input: z.object({ name: z.string(), change: workPoolUpdate }),
  answer: named,
  describe: (_, { name }) => `Changed the work pool ${name}`,
  audit: 'work-pool.updated',
  by: WorkPoolsService,
  change: (pools, ctx, tx, { name, change }) => pools.update(ctx, tx, name, change),
});

export const deleteWorkPool = operation({
  name: 'work-pool.delete',
  needs: 'manage_work_pools',
  input: byName,
  answer: named,
  describe: (_, { name }) => `Deleted the work pool ${name} with its queues`,
  audit: 'work-pool.deleted',
  by: WorkPoolsService,
  change: (pools, ctx, tx, { name }) => pools.delete(ctx, tx, name),
});

export const pollWorkPool = selfCommitting({
  name: 'work-pool.poll',
  needs: 'run_flows',
  input: z.object({ name: z.string(), request: scheduledRunsRequest }),
  answer: z.array(z.object({ work_pool_id: z.string() })),
  describe: ({ name }, { length }) => `Asked the work pool ${name} for runs, and found ${length}`,
  audit: 'work-pool.polled',
  by: PollingService,
  why: 'polls of many workers are written down together, once in a while',
  run: (polling, ctx, { name, request }) => polling.ofPool(ctx, name, request),
});
