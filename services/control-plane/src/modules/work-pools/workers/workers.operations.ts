import { heartbeat } from '@headgate/contracts/rest/work-pools';
import { z } from 'zod';
import { operation, selfCommitting } from '../../../core/operations/operation.js';
import type { ServedPool } from '../pools/work-pool.js';
import { WorkersService } from './workers.service.js';

export const beatWorker = selfCommitting({
  name: 'worker.beat',
  needs: 'write_workers',
  input: z.object({ pool: z.custom<ServedPool>(), beat: heartbeat }),
  answer: z.string(),
  describe: ({ pool, beat }) => `The worker ${beat.name} works for the work pool ${pool.name}`,
  audit: 'worker.beaten',
  by: WorkersService,
  why: 'heartbeats of many workers are one statement',
  run: (workers, ctx, { pool, beat }) =>
    workers.beat(ctx, pool, beat.name, beat.heartbeat_interval_seconds ?? null, beat.metadata ?? null),
});

export const deleteWorker = operation({
  name: 'worker.delete',
  needs: 'manage_workers',
  input: z.object({ poolName: z.string(), name: z.string() }),
  answer: z.void(),
  describe: ({ poolName, name }) => `Deleted the worker ${name} of the work pool ${poolName}`,
  audit: 'worker.deleted',
  by: WorkersService,
  change: (workers, ctx, tx, { poolName, name }) => workers.delete(ctx, tx, poolName, name),
});
