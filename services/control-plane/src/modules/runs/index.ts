export type { ClaimAnswer } from './claims/claim.js';
export { ClaimsService } from './claims/claims.service.js';
export { reservedRuns } from './claims/claims.sql.js';
export { mayBegin } from './claims/may-begin.sql.js';
export { overtakenAt, overtakenAtMs, overtakes } from './claims/overtaken.sql.js';
export { awaitedRuns, rankedByRoom } from './claims/slots-left.sql.js';
export { wholeWorkspace } from './counts/levels.sql.js';
export type { CreatedMany } from './create/create-runs.js';
export type { FlowRunDraft } from './create/new-run.js';
export {
  FlowRunObject,
  RunStateObject,
  StateCountObject,
  StateTypeEnum,
  toFlowRunObject,
  toRunStateObject,
} from './flow-runs/flow-run.objects.js';
export { toFlowRunJson, type FlowRunJson, type FlowRunRow } from './flow-runs/flow-run.js';
export { FlowRunsService } from './flow-runs/flow-runs.service.js';
export { RunNotices } from './flow-runs/run-notices.js';
export { stateJson } from './flow-runs/state-json.js';
export { intervalsUsual, RunHistoryIntervalObject, toIntervalObject } from './history/history.objects.js';
export { RunHistory } from './history/history.service.js';
export { SkipRuns } from './moves/skip-runs.js';
export { toResult, type OrchestrationResult } from './moves/result.js';
export { RunsModule } from './runs.module.js';
export { recoveryDefaults } from './loops/lost-runs.sql.js';
export { leftGoingAfter } from './moves/left-going.js';
export { mayComeLate } from './states/may-come-late.js';
export { alreadyMade } from './states/rules/repeated-transition.js';
export { estimatedRunTime, estimatedStartTimeDelta } from './states/estimates.js';
export {
  abort,
  applyRules,
  keep,
  withDetails,
  type Drafted,
  type PolicyRule,
  type VerdictOf,
} from './states/policy-rule.js';
export {
  compactDetails,
  expandState,
  isPersisted,
  propose,
  type Proposed,
  type ProposedInput,
} from './states/state.js';
export { fromMicros, isAfter, plusSeconds, secondsBetween, toMicros } from './states/time.js';
