import { blockSchemaCreate } from '@headgate/contracts/rest/blocks';
import { z } from 'zod';
import { operation, selfCommitting } from '../../../core/operations/operation.js';
import { byId } from '../../../core/operations/shapes.js';
import { BlockSchemasService } from './block-schemas.service.js';

export const createBlockSchema = selfCommitting({
  name: 'block-schema.create',
  needs: 'manage_blocks',
  input: blockSchemaCreate,
  answer: z.object({ schema: byId, created: z.boolean() }),
  describe: (_, { schema, created }) => `${created ? 'Created' : 'Found'} the block schema ${schema.id}`,
  audit: 'block-schema.created',
  by: BlockSchemasService,
  why: 'clients register the same again and again, and where it is there no transaction is opened',
  run: (schemas, ctx, body) => schemas.create(ctx, body),
});

export const deleteBlockSchema = operation({
  name: 'block-schema.delete',
  needs: 'manage_blocks',
  input: byId,
  answer: z.void(),
  describe: ({ id }) => `Deleted the block schema ${id} with its documents`,
  audit: 'block-schema.deleted',
  by: BlockSchemasService,
  change: (schemas, ctx, tx, { id }) => schemas.delete(ctx, tx, id),
});
