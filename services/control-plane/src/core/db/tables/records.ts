import type { ColumnType } from 'kysely';
import type { Json, JsonWithDefault, Timestamp, WithDefault } from './columns.js';

export type ArtifactTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  key: string | null;
  type: string | null;
  description: string | null;
  data: Json<unknown>;
  metadata: Json<unknown>;
  flow_run_id: string | null;
  task_run_id: string | null;
};

export type ArtifactCollectionTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  key: string;
  latest_id: string;
};

export type VariableTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  name: string;
  value: Json<unknown>;
  tags: WithDefault<string[]>;
};

export type SavedSearchTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  name: string;
  filters: JsonWithDefault<unknown[]>;
};

export type LogTable = {
  workspace_id: string;
  flow_run_id: string | null;
  timestamp: Timestamp;
  id: string;
  task_run_id: string | null;
  worker_id: string | null;
  level: number;
  name: string;
  message: string;
};

export type EventTable = {
  workspace_id: string;
  occurred: Timestamp;
  id: string;
  received: ColumnType<string, string | Date | undefined, string | Date>;
  event: string;
  resource_id: string;
  resource: Json<unknown>;
  related: JsonWithDefault<unknown>;
  payload: JsonWithDefault<unknown>;
  follows: string | null;
};
