import { blockTypeCreate, blockTypeUpdate } from '@headgate/contracts/rest/blocks';
import { z } from 'zod';
import { operation } from '../../../core/operations/operation.js';
import { byId, named } from '../../../core/operations/shapes.js';
import { BlockTypesService } from './block-types.service.js';

const needs = 'manage_blocks';

export const createBlockType = operation({
  name: 'block-type.create',
  needs,
  input: blockTypeCreate,
  answer: named,
  describe: (_, { name }) => `Created the block type ${name}`,
  audit: 'block-type.created',
  by: BlockTypesService,
  change: (types, ctx, tx, draft) => types.create(ctx, tx, draft),
});

export const updateBlockType = operation({
  name: 'block-type.update',
  needs,
  input: z.object({ id: z.string(), change: blockTypeUpdate }),
  answer: named,
  describe: (_, { name }) => `Changed the block type ${name}`,
  audit: 'block-type.updated',
  by: BlockTypesService,
  change: (types, ctx, tx, { id, change }) => types.update(ctx, tx, id, change),
});

export const deleteBlockType = operation({
  name: 'block-type.delete',
  needs,
  input: byId,
  answer: named,
  describe: (_, { name }) => `Deleted the block type ${name} with its schemas and documents`,
  audit: 'block-type.deleted',
  by: BlockTypesService,
  change: (types, ctx, tx, { id }) => types.delete(ctx, tx, id),
});
