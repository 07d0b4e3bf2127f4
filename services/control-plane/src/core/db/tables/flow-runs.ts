import type {
  Json,
  JsonWithDefault,
  OptionalTimestamp,
  Timestamp,
  TimestampWithDefault,
  WithDefault,
  WorkspaceRow,
} from './columns.js';

export type FlowRunTable = WorkspaceRow & {
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
  next_scheduled_start_time: OptionalTimestamp;
  start_time: OptionalTimestamp;
  end_time: OptionalTimestamp;
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
  awaits_slot: WithDefault<boolean>;
  in_process: WithDefault<boolean>;
  late: WithDefault<boolean>;
  run_count: WithDefault<number>;
  reserved_until: OptionalTimestamp;
  missed_at: OptionalTimestamp;
};

export type RunHeartbeatTable = {
  workspace_id: string;
  flow_run_id: string;
  seen: Timestamp;
  occurred: Timestamp;
  interval_seconds: number | null;
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

export type RunEndedTable = {
  workspace_id: string;
  flow_run_id: string;
  due: Timestamp;
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
  /** The hour of the id, of a run that came or went. */
  made: Timestamp | null;
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
  until: OptionalTimestamp;
};

export type FlowRunInputTable = {
  workspace_id: string;
  flow_run_id: string;
  key: string;
  id: string;
  created: TimestampWithDefault;
  updated: TimestampWithDefault;
  value: string;
  sender: string | null;
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
  actor: Json<unknown>;
};
