import type {
  Json,
  JsonWithDefault,
  OptionalTimestamp,
  Timestamp,
  TimestampWithDefault,
  WithDefault,
  WorkspaceRow,
} from './columns.js';

export type ArtifactTable = WorkspaceRow & {
  key: string | null;
  type: string | null;
  description: string | null;
  data: Json<unknown>;
  metadata: Json<unknown>;
  flow_run_id: string | null;
  task_run_id: string | null;
};

export type ArtifactCollectionTable = WorkspaceRow & {
  key: string;
  latest_id: string;
};

export type VariableTable = WorkspaceRow & {
  name: string;
  value: Json<unknown>;
  tags: WithDefault<string[]>;
};

export type SavedSearchTable = WorkspaceRow & {
  name: string;
  filters: JsonWithDefault<unknown[]>;
};

export type LogTable = {
  workspace_id: string;
  flow_run_id: string | null;
  timestamp: Timestamp;
  dated: OptionalTimestamp;
  id: string;
  task_run_id: string | null;
  worker_id: string | null;
  level: number;
  name: string;
  message: string;
};

export type LogBatchTable = {
  workspace_id: string;
  digest: Buffer;
  received: TimestampWithDefault;
};

export type EventTable = {
  workspace_id: string;
  occurred: Timestamp;
  dated: OptionalTimestamp;
  id: string;
  received: TimestampWithDefault;
  event: string;
  resource_id: string;
  resource: Json<unknown>;
  related: JsonWithDefault<unknown>;
  related_id: string | null;
  payload: JsonWithDefault<unknown>;
  follows: string | null;
  state_change: (string | null)[] | null;
  written: WithDefault<string>;
};

export type EventRelatedTable = {
  workspace_id: string;
  day: Timestamp;
  id: string;
  related: Json<unknown>;
};

export type EventCursorTable = {
  consumer: string;
  shard: number;
  workspace_id: WithDefault<string>;
  done: string;
  target: string | null;
  after_written: string | null;
  after_occurred: string | null;
  after_workspace: string | null;
  after_id: string | null;
  failures: WithDefault<number>;
  retry_at: TimestampWithDefault;
  waiting_since: string | null;
};
