import { z } from 'zod';
import { entity, flag, id, json, orNull, text, texts } from './shared.js';

export const blockTypeAnswer = z
  .strictObject({
    ...entity,
    name: text,
    slug: text,
    logo_url: orNull(text),
    documentation_url: orNull(text),
    description: orNull(text),
    code_example: orNull(text),
    is_protected: flag,
  })
  .meta({ id: 'BlockType' });
export const blockTypesAnswer = z.array(blockTypeAnswer);

export const blockSchemaAnswer = z
  .strictObject({
    ...entity,
    checksum: text,
    fields: json,
    block_type_id: id,
    block_type: orNull(blockTypeAnswer),
    capabilities: texts,
    version: text,
  })
  .meta({ id: 'BlockSchema' });
export const blockSchemasAnswer = z.array(blockSchemaAnswer);
export const capabilitiesAnswer = texts;

export const blockDocumentAnswer = z
  .strictObject({
    ...entity,
    name: orNull(text),
    data: json,
    block_schema_id: id,
    block_schema: orNull(blockSchemaAnswer),
    block_type_id: id,
    block_type_name: orNull(text),
    block_type: orNull(blockTypeAnswer),
    /** Field → the block that is nested there. */
    block_document_references: z.record(z.string(), json),
    is_anonymous: flag,
  })
  .meta({ id: 'BlockDocument' });
export const blockDocumentsAnswer = z.array(blockDocumentAnswer);
