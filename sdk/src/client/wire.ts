import type { StateJson, StateType } from '@headgate/contracts';

/** The parts of the API's answers that this package reads. Names are those of the wire. */

export type FlowRunJson = {
  id: string;
  name: string;
  flow_id: string;
  deployment_id: string | null;
  parameters: Record<string, unknown>;
  tags: string[];
  run_count: number;
  state_type: StateType | null;
  state_name: string | null;
  state: StateJson | null;
  empirical_policy: Record<string, unknown>;
};

export type Orchestration = {
  state: StateJson | null;
  status: 'ACCEPT' | 'REJECT' | 'WAIT' | 'ABORT';
  details: { reason?: string; delay_seconds?: number };
};

export type StateProposal = {
  type: StateType;
  name?: string;
  message?: string | null;
  state_details?: Record<string, unknown>;
};

export type FlowRunDraft = {
  flow_id: string;
  name?: string;
  state?: StateProposal;
  parameters?: Record<string, unknown>;
  tags?: string[];
  flow_version?: string;
  parent_task_run_id?: string;
  empirical_policy?: { retries?: number; retry_delay?: number };
};

export type ScheduleJson =
  | { cron: string; timezone?: string }
  | { interval: number; timezone?: string }
  | { rrule: string; timezone?: string };
export type ScheduleDraft = {
  schedule: ScheduleJson;
  active?: boolean;
  parameters?: Record<string, unknown>;
  /** A number is seconds. */
  catch_up?: 'all' | 'latest' | 'none' | number;
};

export type DeploymentDraft = {
  name: string;
  flow_id: string;
  entrypoint?: string;
  path?: string;
  work_pool_name?: string | null;
  schedules?: ScheduleDraft[];
  parameters?: Record<string, unknown>;
  parameter_openapi_schema?: Record<string, unknown>;
  enforce_parameter_schema?: boolean;
  tags?: string[];
  description?: string;
  version?: string;
  paused?: boolean;
  /** Null takes the limit away. */
  concurrency_limit?: number | null;
  job_variables?: Record<string, unknown>;
};

export type FlowDeploymentDraft = Omit<DeploymentDraft, 'flow_id'> & { flow_name: string };

export type DeploymentJson = {
  id: string;
  name: string;
  flow_id: string;
  paused: boolean;
  entrypoint: string | null;
  path: string | null;
  work_pool_name: string | null;
  parameters: Record<string, unknown>;
  parameter_openapi_schema: { properties?: Record<string, unknown>; additionalProperties?: unknown } | null;
  enforce_parameter_schema: boolean;
  schedules: { schedule: ScheduleJson; parameters?: Record<string, unknown> }[];
};

export type ArtifactDraft = {
  key?: string;
  type: string;
  description?: string;
  data: unknown;
  flow_run_id?: string;
  task_run_id?: string;
};

/** An event as it is sent to `/events/in` or `POST /events`. */
export type EventJson = {
  id: string;
  occurred: string;
  event: string;
  resource: Record<string, string>;
  related: Record<string, string>[];
  payload: Record<string, unknown>;
  follows?: string | null;
};
