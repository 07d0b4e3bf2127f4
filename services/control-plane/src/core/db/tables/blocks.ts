import type { Json, TimestampWithDefault, WithDefault, WorkspaceRow } from './columns.js';

export type DataKeyTable = {
  workspace_id: string;
  created: TimestampWithDefault;
  wrapped: Buffer;
};

export type BlockTypeTable = WorkspaceRow & {
  name: string;
  slug: string;
  logo_url: string | null;
  documentation_url: string | null;
  description: string | null;
  code_example: string | null;
  is_protected: WithDefault<boolean>;
};

export type BlockSchemaTable = WorkspaceRow & {
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

export type BlockDocumentTable = WorkspaceRow & {
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
