import type { Future } from '../future.js';
import type { FlowRunReport } from '../report/report.js';
import type { Limiter } from './limiter.js';

/** One attempt of a flow run, as its tasks see it. */
export type FlowRunScope = {
  flowName: string;
  flowRunId: string;
  flowRunName: string;
  deploymentId: string | null;
  tags: string[];
  attempt: number;
  /** Begins the keys of this pass, so that its task runs are none of an earlier one. */
  keyPrefix: string;
  logPrints: boolean;
  report: FlowRunReport;
  limiter: Limiter;
  /** How often each task was called, to tell its runs apart. */
  calls: Map<string, number>;
  submitted: Set<Future<unknown>>;
  /** Fires when the run is cancelled or out of time. */
  signal: AbortSignal;
  /** Pauses in this run so far: each has its key. */
  pauses: number;
};

/** The next call of a task: its number in this attempt (0, 1, 2 …), and its key in the whole flow run. */
export function nextCall(scope: FlowRunScope, task: string): { number: number; key: string } {
  const count = scope.calls.get(task) ?? 0;
  scope.calls.set(task, count + 1);
  return { number: count, key: `${scope.keyPrefix}${count}` };
}
