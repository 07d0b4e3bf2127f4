import { resultStoragePut } from '@headgate/contracts/rest/server-info';
import { z } from 'zod';
import { operation } from '../../core/operations/operation.js';
import { nothing } from '../../core/operations/shapes.js';
import { ResultStorageService } from './result-storage.service.js';

export const setResultStorage = operation({
  name: 'result-storage.set',
  needs: 'write_workspace_settings',
  input: resultStoragePut,
  answer: nothing,
  describe: ({ default_result_storage_block_id: id }) => `Made the block ${id} the default storage of results`,
  audit: 'result-storage.set',
  by: ResultStorageService,
  change: (storage, ctx, tx, { default_result_storage_block_id: id }) => storage.set(ctx, tx, id),
});

export const clearResultStorage = operation({
  name: 'result-storage.clear',
  needs: 'write_workspace_settings',
  input: z.object({}),
  answer: nothing,
  describe: () => 'Took away the default storage of results',
  audit: 'result-storage.cleared',
  by: ResultStorageService,
  change: (storage, ctx, tx) => storage.clear(ctx, tx),
});
