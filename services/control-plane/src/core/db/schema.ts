import type { ColumnType } from 'kysely';

/** The tables that Kysely and fixed SQL own; tenancy's are Prisma's. Kept in step with prisma/migrations by a test. */

/** ISO 8601 with microseconds and `Z`; see db.ts. */
export type Timestamp = ColumnType<string, string | Date, string | Date>;
type WithDefault<T> = ColumnType<T, T | undefined, T>;
/** Read as a value; written as JSON text, so that a string or an array is never taken for something else. */
export type Json<T = unknown> = ColumnType<T, string | null | undefined, string | null>;
type JsonWithDefault<T = unknown> = ColumnType<T, string | undefined, string>;

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

export type FlowRunTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  version: WithDefault<number>;
  name: string;
  flow_id: string;
  deployment_id: string | null;
  deployment_version: string | null;
  work_pool_id: string | null;
  work_queue_id: string | null;
  flow_version: string | null;
  idempotency_key: string | null;
  parent_task_run_id: string | null;
  auto_scheduled: WithDefault<boolean>;
  tags: WithDefault<string[]>;
  labels: JsonWithDefault<Record<string, string | number | boolean>>;
  parameters: JsonWithDefault<Record<string, unknown>>;
  context: JsonWithDefault<unknown>;
  empirical_policy: JsonWithDefault<unknown>;
  job_variables: Json<Record<string, unknown> | null>;
  created_by: Json<unknown>;
  related: JsonWithDefault<unknown>;
  infrastructure_document_id: string | null;
  infrastructure_pid: string | null;
  claim_id: string | null;
  state_type: string | null;
  state_name: string | null;
  state: Json<unknown>;
  run_count: WithDefault<number>;
  expected_start_time: Timestamp;
  next_scheduled_start_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  start_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  end_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  total_run_time: WithDefault<number>;
};

export type RunQueueTable = {
  workspace_id: string;
  flow_run_id: string;
  due: Timestamp;
  deployment_id: string | null;
  work_pool_id: string | null;
  work_queue_id: string | null;
  auto_scheduled: WithDefault<boolean>;
  in_process: WithDefault<boolean>;
  late: WithDefault<boolean>;
  run_count: WithDefault<number>;
  reserved_until: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
};

export type RunClaimTable = {
  workspace_id: string;
  flow_run_id: string;
  claim_id: string;
  agent_id: string;
  agent_name: string;
  work_pool_id: string;
  lease_until: Timestamp;
};

export type RunActiveTable = {
  workspace_id: string;
  work_queue_id: string;
  flow_run_id: string;
};

export type RunCleanupTable = {
  workspace_id: string;
  flow_run_id: string;
};

export type RunTeardownTable = {
  workspace_id: string;
  message_id: string;
  work_pool_id: string;
  work_queue_id: string | null;
  flow_run_id: string;
  infrastructure_pid: string;
  created: WithDefault<string>;
  deliveries: WithDefault<number>;
  token: string | null;
  consumer_id: string | null;
  lease_until: Timestamp | null;
};

export type FlowRunCountTable = {
  workspace_id: string;
  hour: Timestamp;
  deployment_id: string | null;
  state_type: string;
  delta: number;
  started: WithDefault<number>;
  delay_seconds: WithDefault<number>;
};

export type FlowRunTallyTable = {
  workspace_id: string;
  deployment_id: string;
  hour: Timestamp;
  state_type: string;
  runs: number;
  started: number;
  delay_seconds: number;
};

export type FlowRunByStateTable = {
  workspace_id: string;
  state_type: string;
  state_name: string;
  expected_start_time: Timestamp;
  flow_run_id: string;
};

export type FlowRunInputTable = {
  workspace_id: string;
  flow_run_id: string;
  key: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  value: string;
  sender: string | null;
};

export type TaskRunTable = {
  workspace_id: string;
  id: string;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  updated: ColumnType<string, string | Date | undefined, string | Date>;
  name: string;
  flow_run_id: string | null;
  task_key: string;
  dynamic_key: string;
  cache_key: string | null;
  cache_expiration: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  task_version: string | null;
  flow_run_run_count: WithDefault<number>;
  empirical_policy: JsonWithDefault<unknown>;
  tags: WithDefault<string[]>;
  labels: JsonWithDefault<Record<string, string | number | boolean>>;
  task_inputs: JsonWithDefault<unknown>;
  state_type: string | null;
  state_name: string | null;
  state_timestamp: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  state: Json<unknown>;
  run_count: WithDefault<number>;
  expected_start_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  next_scheduled_start_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  start_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  end_time: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  total_run_time: WithDefault<number>;
};

export type TaskRunQueueTable = {
  workspace_id: string;
  task_run_id: string;
  task_key: string;
  urgent: WithDefault<boolean>;
  due: Timestamp;
  offer_id: string | null;
};

export type TaskRunCacheTable = {
  workspace_id: string;
  key_digest: Buffer;
  created: ColumnType<string, string | Date | undefined, string | Date>;
  expires: ColumnType<string | null, string | Date | null | undefined, string | Date | null>;
  task_run_id: string;
  state: Json<unknown>;
};

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

export type DefaultResultStorageTable = {
  workspace_id: string;
  block_document_id: string;
};

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

export type FlowRunStateTable = {
  workspace_id: string;
  flow_run_id: string;
  timestamp: Timestamp;
  id: string;
  type: string;
  name: string;
  message: string | null;
  data: Json<unknown>;
  details: JsonWithDefault<unknown>;
};

export type TaskRunStateTable = {
  workspace_id: string;
  task_run_id: string;
  timestamp: Timestamp;
  id: string;
  type: string;
  name: string;
  message: string | null;
  data: Json<unknown>;
  details: JsonWithDefault<unknown>;
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

export type Database = {
  workspace: WorkspaceTable;
  flow: FlowTable;
  work_pool: WorkPoolTable;
  work_queue: WorkQueueTable;
  worker: WorkerTable;
  concurrency_limit: ConcurrencyLimitTable;
  concurrency_lease: ConcurrencyLeaseTable;
  deployment: DeploymentTable;
  deployment_schedule: DeploymentScheduleTable;
  flow_run: FlowRunTable;
  run_queue: RunQueueTable;
  run_claim: RunClaimTable;
  run_active: RunActiveTable;
  run_cleanup: RunCleanupTable;
  run_teardown: RunTeardownTable;
  flow_run_count: FlowRunCountTable;
  flow_run_tally: FlowRunTallyTable;
  flow_run_by_state: FlowRunByStateTable;
  flow_run_input: FlowRunInputTable;
  task_run: TaskRunTable;
  task_run_queue: TaskRunQueueTable;
  task_run_cache: TaskRunCacheTable;
  artifact: ArtifactTable;
  artifact_collection: ArtifactCollectionTable;
  variable: VariableTable;
  saved_search: SavedSearchTable;
  default_result_storage: DefaultResultStorageTable;
  data_key: DataKeyTable;
  block_type: BlockTypeTable;
  block_schema: BlockSchemaTable;
  block_schema_reference: BlockSchemaReferenceTable;
  block_document: BlockDocumentTable;
  block_document_reference: BlockDocumentReferenceTable;
  flow_run_state: FlowRunStateTable;
  task_run_state: TaskRunStateTable;
  log: LogTable;
  event: EventTable;
};
