import type { ColumnType } from 'kysely';
import type { Json, WithDefault } from './columns.js';

export type DataKeyTable = {
  workspace_id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  wrapped: Buffer;
};

export type BlockTypeTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  name: string;
  slug: string;
  logo_url: string | null;
  documentation_url: string | null;
  description: string | null;
  code_example: string | null;
  is_protected: WithDefault<boolean>;
};

export type BlockSchemaTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  block_type_id: string;
  checksum: string;
  version: string;
  fields: Json<unknown>;
  capabilities: WithDefault<string[]>;
};

export type BlockSchemaReferenceTable = {
  workspace_id: string;
  parent_id: string;
  name: string;
  position: number;
  child_id: string;
};

export type BlockDocumentTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  block_type_id: string;
  block_schema_id: string;
  name: string;
  is_anonymous: WithDefault<boolean>;
  sealed: Buffer;
};

export type BlockDocumentReferenceTable = {
  workspace_id: string;
  parent_id: string;
  name: string;
  child_id: string;
};

export type DefaultResultStorageTable = {
  workspace_id: string;
  block_document_id: string;
};
