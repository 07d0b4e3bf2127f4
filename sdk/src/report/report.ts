import { newId } from '@headgate/contracts';
import type { LogLine } from '../logging.js';
import { inSeconds } from '../clock.js';
import type { State } from '../states.js';
import type { TaskRun } from './task-run.js';

/** What the engine knows about retries when it proposes that a run has failed. */
export type RetryPlan = { left: number; delaySeconds: number };

/**
 * What became of a proposed state: it holds; the run is to be tried again; or another state holds instead, because
 * somebody cancelled or paused the run, for example.
 */
export type Verdict =
  | { kind: 'accepted' }
  | { kind: 'retry'; at: string }
  | { kind: 'replaced'; by: { type: State['type']; name: string; message: string | null } };

/** Where a flow run is told about. */
export interface FlowRunReport {
  /** Proposes a state. Throws AbortedError when this process is to leave the run alone. */
  propose(state: State, retry?: RetryPlan): Promise<Verdict>;
  /** For retries that the control plane cannot foresee. */
  setRetryPolicy(retries: number, retryDelaySeconds: number): Promise<void>;
  taskMoved(run: TaskRun, from: State | null, to: State): void;
  log(line: LogLine): void;
  /** The state that holds according to the control plane; null when unknown. */
  current(): Promise<{ type: State['type']; name: string } | null>;
  /** A run of a flow inside this one: answers its report. */
  child(draft: ChildDraft): Promise<OpenedRun>;
  /** Sends what is left. */
  close(): Promise<void>;
}

export type RunDraft = {
  flowName: string;
  name: string;
  parameters: Record<string, unknown>;
  tags: string[];
  version: string | null;
  retries: number;
  retryDelaySeconds: number;
};
export type ChildDraft = RunDraft & { task: { key: string; dynamicKey: string; name: string } };
export type OpenedRun = { id: string; name: string; deploymentId: string | null; report: FlowRunReport };

/** Without a control plane the rules about retries are applied here. */
export const decideLocally = (state: State, retry: RetryPlan | undefined): Verdict =>
  state.type === 'FAILED' && retry && retry.left > 0
    ? { kind: 'retry', at: inSeconds(retry.delaySeconds) }
    : { kind: 'accepted' };

export function openLocalRun(draft: RunDraft): OpenedRun {
  const report: FlowRunReport = {
    propose: async (state, retry) => decideLocally(state, retry),
    setRetryPolicy: async () => undefined,
    taskMoved: () => undefined,
    log: () => undefined,
    current: async () => null,
    child: async (child) => openLocalRun(child),
    close: async () => undefined,
  };
  return { id: newId(), name: draft.name, deploymentId: null, report };
}
