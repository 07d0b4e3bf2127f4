import type {
  Json,
  JsonWithDefault,
  OptionalTimestamp,
  Timestamp,
  TimestampWithDefault,
  WithDefault,
  WorkspaceRow,
} from './columns.js';

export type TaskRunTable = WorkspaceRow & {
  name: string;
  flow_run_id: string | null;
  task_key: string;
  dynamic_key: string;
  cache_key: string | null;
  cache_expiration: OptionalTimestamp;
  task_version: string | null;
  flow_run_run_count: WithDefault<number>;
  empirical_policy: JsonWithDefault<unknown>;
  tags: WithDefault<string[]>;
  labels: JsonWithDefault<Record<string, string | number | boolean>>;
  task_inputs: JsonWithDefault<unknown>;
  state_type: string | null;
  state_name: string | null;
  state_timestamp: OptionalTimestamp;
  state: Json<unknown>;
  run_count: WithDefault<number>;
  expected_start_time: OptionalTimestamp;
  next_scheduled_start_time: OptionalTimestamp;
  start_time: OptionalTimestamp;
  end_time: OptionalTimestamp;
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
  created: TimestampWithDefault;
  expires: OptionalTimestamp;
  task_run_id: string;
  state: Json<unknown>;
};

export type TaskRunStateTable = {
  workspace_id: string;
  task_run_id: string;
  timestamp: Timestamp;
  dated: OptionalTimestamp;
  id: string;
  type: string;
  name: string;
  message: string | null;
  data: Json<unknown>;
  details: JsonWithDefault<unknown>;
};
