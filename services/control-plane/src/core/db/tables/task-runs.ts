import type { ColumnType } from 'kysely';
import type { Json, JsonWithDefault, Timestamp, WithDefault } from './columns.js';

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
