import { z } from 'zod';
import { absent, jsonObject, limit, name, offset, uuid, part } from './common.js';

/** Blocks: types, the schemas that they have had, and documents, which hold data that fits a schema. */

const dashes = (what: string) =>
  z.string().regex(/^[a-z0-9-]*$/, `Value error, ${what} must only contain lowercase letters, numbers, and dashes.`);
const text = z.string().nullish();
const texts = z.array(z.string()).nullish();
const ids = z.array(uuid).nullish();
const operator = z.enum(['and_', 'or_']).optional();

const metadata = { logo_url: text, documentation_url: text, description: text, code_example: text };
export const blockTypeCreate = z.strictObject({ name, slug: dashes('Block type slug').min(1), ...metadata });
export type BlockTypeCreate = z.infer<typeof blockTypeCreate>;
export const blockTypeUpdate = z.strictObject(metadata);
export type BlockTypeUpdate = z.infer<typeof blockTypeUpdate>;

export const blockSchemaCreate = z.strictObject({
  fields: jsonObject.default({}),
  block_type_id: uuid,
  capabilities: z.array(z.string()).default([]),
  version: z.string().default('non-versioned'),
});
export type BlockSchemaCreate = z.infer<typeof blockSchemaCreate>;
export const blockSchemaQuery = z.object({ version: z.string().optional() });

export const blockDocumentCreate = z
  .strictObject({
    name: dashes('Block document name').min(1).nullish(),
    data: jsonObject.default({}),
    block_schema_id: uuid,
    block_type_id: uuid,
    is_anonymous: z.boolean().default(false),
  })
  .refine(
    (document) => document.is_anonymous || document.name,
    'Value error, Names must be provided for block documents.',
  );
export type BlockDocumentCreate = z.infer<typeof blockDocumentCreate>;

export const blockDocumentUpdate = z.strictObject({
  block_schema_id: uuid.nullish(),
  data: jsonObject.optional(),
  merge_existing_data: z.boolean().default(true),
});
export type BlockDocumentUpdate = z.infer<typeof blockDocumentUpdate>;

export const secretsQuery = z.object({ include_secrets: z.boolean().default(false) });

const blockTypeFilter = z.strictObject({
  name: z.strictObject({ like_: part.nullish() }).nullish(),
  slug: z.strictObject({ any_: texts }).nullish(),
});
export type BlockTypeFilter = z.infer<typeof blockTypeFilter>;

const blockSchemaFilter = z.strictObject({
  operator,
  block_type_id: z.strictObject({ any_: ids }).nullish(),
  block_capabilities: z.strictObject({ all_: texts }).nullish(),
  id: z.strictObject({ any_: ids }).nullish(),
  version: z.strictObject({ any_: texts }).nullish(),
});
export type BlockSchemaFilter = z.infer<typeof blockSchemaFilter>;

const blockDocumentFilter = z.strictObject({
  operator,
  id: z.strictObject({ any_: ids }).nullish(),
  /** Absent: named ones only. Null: all. */
  is_anonymous: z.strictObject({ eq_: z.boolean().nullish() }).nullish(),
  block_type_id: z.strictObject({ any_: ids }).nullish(),
  name: z.strictObject({ any_: texts, like_: part.nullish() }).nullish(),
});
export type BlockDocumentFilter = z.infer<typeof blockDocumentFilter>;

const ofTypesAndSchemas = { block_types: absent(blockTypeFilter), block_schemas: absent(blockSchemaFilter) };
const ofDocuments = { block_documents: absent(blockDocumentFilter), ...ofTypesAndSchemas };

export const blockTypesFilter = z.object({ limit, ...ofTypesAndSchemas, offset });
export const blockSchemasFilter = z.object({ limit, block_schemas: absent(blockSchemaFilter), offset });
export const blockDocumentsCount = z.object(ofDocuments);
export type BlockDocumentFilters = z.infer<typeof blockDocumentsCount>;
export const blockDocumentSorts = ['NAME_DESC', 'NAME_ASC', 'BLOCK_TYPE_AND_NAME_ASC'] as const;
export type BlockDocumentSort = (typeof blockDocumentSorts)[number];
export const blockDocumentsFilter = z.object({
  limit,
  ...ofDocuments,
  include_secrets: absent(z.boolean()),
  sort: absent(z.enum(blockDocumentSorts)),
  offset,
});

export type BlockTypeJson = {
  id: string;
  created: string;
  updated: string;
  name: string;
  slug: string;
  logo_url: string | null;
  documentation_url: string | null;
  description: string | null;
  code_example: string | null;
  is_protected: boolean;
};

export type BlockSchemaJson = {
  id: string;
  created: string;
  updated: string;
  checksum: string;
  fields: Record<string, unknown>;
  block_type_id: string;
  block_type: BlockTypeJson;
  capabilities: string[];
  version: string;
};

export type BlockDocumentReferenceJson = {
  block_document: {
    id: string;
    name: string;
    block_type: BlockTypeJson;
    is_anonymous: boolean;
    block_document_references: BlockDocumentReferencesJson;
  };
};
export type BlockDocumentReferencesJson = Record<string, BlockDocumentReferenceJson>;

export type BlockDocumentJson = {
  id: string;
  created: string;
  updated: string;
  name: string;
  data: Record<string, unknown>;
  block_schema_id: string;
  block_schema: BlockSchemaJson;
  block_type_id: string;
  block_type_name: string;
  block_type: BlockTypeJson;
  block_document_references: BlockDocumentReferencesJson;
  is_anonymous: boolean;
};
