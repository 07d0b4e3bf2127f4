import type {
  Json,
  JsonWithDefault,
  OptionalTimestamp,
  Timestamp,
  TimestampWithDefault,
  WithDefault,
  WorkspaceRow,
} from './columns.js';

export type DeletedWorkspaceTable = {
  id: string;
  deleted: TimestampWithDefault;
};

export type WorkspaceTable = {
  id: string;
  account_id: string;
  created: TimestampWithDefault;
  updated: TimestampWithDefault;
  name: string;
  handle: string;
  description: WithDefault<string>;
};

export type FlowTable = WorkspaceRow & {
  name: string;
  tags: WithDefault<string[]>;
  labels: JsonWithDefault<Record<string, string | number | boolean>>;
};

export type WorkPoolTable = WorkspaceRow & {
  name: string;
  description: string | null;
  type: string;
  base_job_template: JsonWithDefault<unknown>;
  is_paused: WithDefault<boolean>;
  concurrency_limit: number | null;
  storage_configuration: JsonWithDefault<unknown>;
  default_queue_id: string;
  status: string | null;
};

export type WorkPoolRecoveryTable = {
  workspace_id: string;
  work_pool_id: string;
  pending_seconds_max: number | null;
  pending_without_worker_seconds_max: number | null;
  heartbeat_seconds_max: number | null;
};

export type WorkQueueTable = WorkspaceRow & {
  work_pool_id: string;
  name: string;
  description: WithDefault<string>;
  is_paused: WithDefault<boolean>;
  concurrency_limit: number | null;
  priority: number;
  last_polled: OptionalTimestamp;
  status: WithDefault<string>;
};

export type WorkerTable = WorkspaceRow & {
  work_pool_id: string;
  name: string;
  last_heartbeat_time: OptionalTimestamp;
  heartbeat_interval_seconds: number | null;
  status: WithDefault<string>;
  metadata: Json<unknown>;
  agents: Json<Record<string, string> | null>;
};

export type ConcurrencyLimitTable = WorkspaceRow & {
  name: string;
  limit: number;
  active: WithDefault<boolean>;
  active_slots: WithDefault<number>;
  denied_slots: WithDefault<number>;
  slot_decay_per_second: WithDefault<number>;
  avg_slot_occupancy_seconds: WithDefault<number>;
};

export type ConcurrencyLeaseTable = {
  workspace_id: string;
  id: string;
  concurrency_limit_id: string;
  created: TimestampWithDefault;
  slots: number;
  expires: Timestamp;
  holder_type: string | null;
  holder_id: string | null;
};

export type DeploymentTable = WorkspaceRow & {
  name: string;
  flow_id: string;
  version: string | null;
  description: string | null;
  paused: WithDefault<boolean>;
  concurrency_limit_id: string | null;
  concurrency_options: Json<unknown>;
  job_variables: JsonWithDefault<Record<string, unknown>>;
  parameters: JsonWithDefault<Record<string, unknown>>;
  tags: WithDefault<string[]>;
  labels: JsonWithDefault<Record<string, string | number | boolean>>;
  work_queue_id: string | null;
  parameter_openapi_schema: JsonWithDefault<unknown>;
  enforce_parameter_schema: WithDefault<boolean>;
  path: string | null;
  pull_steps: Json<unknown>;
  entrypoint: string | null;
  storage_document_id: string | null;
  infrastructure_document_id: string | null;
  created_by: Json<unknown>;
  updated_by: Json<unknown>;
  status: WithDefault<string>;
  last_polled: OptionalTimestamp;
};

export type DeploymentScheduleTable = WorkspaceRow & {
  deployment_id: string;
  schedule: Json<unknown>;
  active: WithDefault<boolean>;
  max_scheduled_runs: number | null;
  parameters: JsonWithDefault<Record<string, unknown>>;
  slug: string | null;
  declared_active: boolean | null;
  catch_up: Json<unknown> | null;
  made_until: OptionalTimestamp;
  last_skipped: Json<unknown> | null;
  next_pass: TimestampWithDefault;
};
