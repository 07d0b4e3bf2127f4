export {
  createLinkArtifact,
  createMarkdownArtifact,
  createProgressArtifact,
  createTableArtifact,
  updateProgressArtifact,
} from './artifacts.js';
export { getRunContext, getRunLogger, type RunContext } from './context.js';
export type { DeployOptions, DeploymentOptions } from './deploy/deploy.js';
export type { CatchUp, ScheduleOptions } from './deploy/schedules.js';
export type { ServeOptions } from './deploy/serve.js';
export { emitEvent, type EventDraft } from './emit-event.js';
export { UpstreamError } from './engine/upstream-error.js';
export {
  AbortedError,
  ApiError,
  CancelledError,
  ParameterError,
  RunFailedError,
  SuspendedError,
  TimeoutError,
  UnreachableError,
} from './errors.js';
export { flow, type Flow } from './flow.js';
export { unmapped, wait, type Future, type Unmapped } from './future.js';
export type { Logger } from './logging.js';
export type { FlowOptions, Hook, HookRun, Hooks, TaskOptions } from './options.js';
export { pauseFlowRun, resumeFlowRun, suspendFlowRun } from './pause.js';
export { exponentialBackoff, type RetryCondition, type RetryDelay } from './retry.js';
export { runDeployment, type RunDeploymentOptions } from './run-deployment.js';
export { Cancelled, Completed, Failed, type State, type StateType } from './states.js';
export { task, type Given, type Task } from './task.js';
/** The one that comes with the SDK, so that nothing else has to be installed to describe parameters. */
export { z } from 'zod';
