import type { ColumnType } from 'kysely';
import type { Json, JsonWithDefault, Timestamp, WithDefault } from './columns.js';

export type WorkspaceTable = {
  id: string;
  account_id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  name: string;
  handle: string;
  description: WithDefault<string>;
};

export type FlowTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  name: string;
  tags: WithDefault<string[]>;
  labels: JsonWithDefault<Record<string, string | number | boolean>>;
};

export type WorkPoolTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
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

export type WorkQueueTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  work_pool_id: string;
  name: string;
  description: WithDefault<string>;
  is_paused: WithDefault<boolean>;
  concurrency_limit: number | null;
  priority: number;
  last_polled: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  status: WithDefault<string>;
};

export type WorkerTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  work_pool_id: string;
  name: string;
  last_heartbeat_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  heartbeat_interval_seconds: number | null;
  status: WithDefault<string>;
  metadata: Json<unknown>;
};

export type ConcurrencyLimitTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
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
  created: ColumnType<string, string | Date | undefined, string | Date>;
  slots: number;
  expires: Timestamp;
  holder_type: string | null;
  holder_id: string | null;
};

export type DeploymentTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
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
  last_polled: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
};

export type DeploymentScheduleTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  deployment_id: string;
  schedule: Json<unknown>;
  active: WithDefault<boolean>;
  max_scheduled_runs: number | null;
  parameters: JsonWithDefault<Record<string, unknown>>;
  slug: string | null;
  next_pass: ColumnType<string, string | Date | undefined, string | Date>;
};
