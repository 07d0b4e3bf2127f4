import { blockDocumentCreate, blockDocumentUpdate } from '@headgate/contracts/rest/blocks';
import { z } from 'zod';
import { operation } from '../../../core/operations/operation.js';
import { byId } from '../../../core/operations/shapes.js';
import { BlockDocumentsService } from './block-documents.service.js';

const needs = 'manage_blocks';
/** Documents that flows make for themselves have no name. */
const document = z.object({ id: z.string(), name: z.string().nullable() });
const nameOf = ({ id, name }: z.output<typeof document>): string => name ?? id;

export const createBlockDocument = operation({
  name: 'block-document.create',
  needs,
  input: blockDocumentCreate,
  answer: document,
  describe: (_, made) => `Created the block ${nameOf(made)}`,
  audit: 'block-document.created',
  by: BlockDocumentsService,
  prepare: (documents, ctx, draft) => documents.prepareCreate(ctx, draft),
  change: (documents, ctx, tx, prepared) => documents.create(ctx, tx, prepared),
});

export const updateBlockDocument = operation({
  name: 'block-document.update',
  needs,
  input: z.object({ id: z.string(), change: blockDocumentUpdate }),
  answer: document,
  describe: (_, changed) => `Changed the block ${nameOf(changed)}`,
  audit: 'block-document.updated',
  by: BlockDocumentsService,
  prepare: (documents, ctx, input) => documents.prepareUpdate(ctx, input),
  change: (documents, ctx, tx, prepared) => documents.update(ctx, tx, prepared),
});

export const deleteBlockDocument = operation({
  name: 'block-document.delete',
  needs,
  input: byId,
  answer: document,
  describe: (_, gone) => `Deleted the block ${nameOf(gone)}`,
  audit: 'block-document.deleted',
  by: BlockDocumentsService,
  prepare: (documents, ctx, { id }) => documents.prepareDelete(ctx, id),
  change: (documents, ctx, tx, document) => documents.delete(ctx, tx, document),
});
