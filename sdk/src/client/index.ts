export { createClient, type Client } from './client.js';
export { resolveConfig, type ClientConfig } from './config.js';
export { deliverSpool } from './spool.js';
export { ApiError, UnreachableError } from '../errors.js';
export type { RequestOptions } from './http.js';
export type {
  ArtifactDraft,
  DeploymentDraft,
  FlowDeploymentDraft,
  DeploymentJson,
  EventJson,
  FlowRunDraft,
  FlowRunJson,
  Orchestration,
  ScheduleDraft,
  ScheduleJson,
  StateProposal,
} from './wire.js';
