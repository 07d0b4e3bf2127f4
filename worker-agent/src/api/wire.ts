import type { StateJson, StateType } from '@headgate/contracts';

/** What the agent reads of the wire's objects; they carry more. */

export type FlowRunJson = {
  id: string;
  created: string;
  name: string;
  flow_id: string;
  deployment_id: string | null;
  parameters: Record<string, unknown>;
  tags: string[];
  state_type: StateType | null;
  state_name: string | null;
  state: StateJson | null;
  run_count: number;
  expected_start_time: string | null;
  next_scheduled_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
  /** With the time since it is running. */
  estimated_run_time: number;
  work_pool_name: string | null;
  work_queue_name: string | null;
  job_variables: Record<string, unknown> | null;
  empirical_policy: { retry_type?: string | null } | null;
};

export type FlowJson = { id: string; name: string; tags: string[] };

export type ScheduleJson = {
  id: string;
  active: boolean;
  schedule: { cron?: string; interval?: number; rrule?: string; timezone?: string | null };
};

export type DeploymentJson = {
  id: string;
  name: string;
  flow_id: string;
  version: string | null;
  description: string | null;
  paused: boolean;
  status: string | null;
  schedules: ScheduleJson[];
  tags: string[];
  parameters: Record<string, unknown>;
  parameter_openapi_schema: { properties?: Record<string, unknown>; additionalProperties?: unknown } | null;
  enforce_parameter_schema: boolean;
  work_pool_name: string | null;
  work_queue_name: string | null;
  path: string | null;
  entrypoint: string | null;
  job_variables: Record<string, unknown>;
};

export type JobTemplate = {
  job_configuration?: Record<string, unknown>;
  variables?: { properties?: Record<string, { default?: unknown }> };
};

export type WorkPoolJson = {
  id: string;
  name: string;
  type: string;
  description: string | null;
  status: string | null;
  is_paused: boolean;
  concurrency_limit: number | null;
  base_job_template: JobTemplate;
};

export type LogJson = {
  id: string;
  name: string;
  level: number;
  message: string;
  timestamp: string;
  flow_run_id: string | null;
  task_run_id: string | null;
};

/** A line for `POST /logs/`; `level` is that of Python's logging (20 info, 30 warning, 40 error). */
export type LogDraft = Omit<LogJson, 'id'>;

export type WorkspaceJson = {
  account_id: string;
  account_name: string;
  account_handle: string;
  workspace_id: string;
  workspace_name: string;
  workspace_handle: string;
};

export type ClaimedDeployment = Pick<
  DeploymentJson,
  'id' | 'name' | 'version' | 'path' | 'entrypoint' | 'job_variables' | 'tags'
> & { pull_steps?: unknown };

export type ClaimedRun = {
  claim_id: string;
  lease_seconds: number;
  flow_run: FlowRunJson;
  flow: { id: string; name: string };
  deployment: ClaimedDeployment | null;
};

export type ClaimAnswer = { runs: ClaimedRun[]; cancelling: string[] };
export type RenewAnswer = { renewed: string[]; lost: string[]; cancelling: string[] };

export type ProposedState = {
  type: StateType;
  name?: string;
  message?: string;
  state_details?: Record<string, unknown>;
};

export type SetStateAnswer = {
  status: 'ACCEPT' | 'REJECT' | 'WAIT' | 'ABORT';
  state: StateJson | null;
  details: { reason?: string; delay_seconds?: number };
};
