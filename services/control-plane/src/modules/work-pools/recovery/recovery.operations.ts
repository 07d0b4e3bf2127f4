import { poolRecovery } from '@headgate/contracts/rest/work-pools';
import { z } from 'zod';
import { operation } from '../../../core/operations/operation.js';
import { named } from '../../../core/operations/shapes.js';
import { RecoveryService } from './recovery.service.js';

export const setRecovery = operation({
  name: 'work-pool.set-recovery',
  needs: 'write_work_pools',
  input: z.object({ name: z.string(), change: poolRecovery }),
  answer: named,
  describe: (_, { name }) => `Changed when runs of the work pool ${name} are taken for lost`,
  audit: 'work-pool.recovery-set',
  by: RecoveryService,
  change: (recovery, ctx, tx, { name, change }) => recovery.change(ctx, tx, name, change),
});
