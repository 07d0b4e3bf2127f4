export { ClaimsService, type ClaimAnswer } from './claims/claims.service.js';
export type { FlowRunDraft } from './create/new-run.js';
export { checkedFirst, decodeCursor, encodeCursor, toConnection, type Cursor } from './flow-runs/cursor.js';
export {
  FlowRunConnectionObject,
  FlowRunObject,
  PageInfoObject,
  RunStateObject,
  StateTypeEnum,
  toFlowRunObject,
  toRunStateObject,
} from './flow-runs/flow-run.objects.js';
export { toFlowRunJson, type FlowRunJson, type FlowRunRow } from './flow-runs/flow-run.js';
export { FlowRunsService } from './flow-runs/flow-runs.service.js';
export { ResumeService } from './flow-runs/resume.service.js';
export { stateJson } from './flow-runs/state-json.js';
export type { OrchestrationResult } from './moves/result.js';
export { RunsModule } from './runs.module.js';
export {
  compactDetails,
  expandState,
  isPersisted,
  propose,
  type Proposed,
  type ProposedInput,
} from './states/state.js';
export { fromMicros, isAfter, plusSeconds, secondsBetween, toMicros } from './states/time.js';
