import { isTerminal, runCan, waitsForRetry, type RunAction } from '@headgate/contracts';
import type { StateType } from '@/generated/graphql';

type Run = {
  stateType: StateType | null;
  stateName: string | null;
  nextScheduledStartTime: string | null;
  deployment: object | null;
};

/** Actions after which somebody must start the run again; only for a deployment is it known how. */
const startsAgain = new Set<RunAction>(['pause', 'retry']);

/** Why an action is not possible with a run, in a sentence; null when it is. The server asks the same questions. */
export function whyNot(action: RunAction, run: Run, nowMs: number): string | null {
  const { stateType, deployment } = run;
  if (runCan(action, run) || (action === 'retry' && isToBeRetried(run, nowMs)))
    return startsAgain.has(action) && !deployment
      ? 'This run has no deployment, so nothing but the program that made it can start it again.'
      : null;
  switch (action) {
    case 'cancel':
      return isTerminal(stateType) ? 'This run has already ended.' : 'This run is already being cancelled.';
    case 'pause':
      return 'Only a running run can be paused.';
    case 'resume':
      return 'Only a paused run can be resumed.';
    case 'retry':
      return stateType === 'SCHEDULED' && run.stateName === 'AwaitingRetry'
        ? 'This run is due to be tried again at once.'
        : 'A run can be retried once it has ended.';
    case 'delete':
      return 'This run cannot be deleted now.';
  }
}

const isToBeRetried = ({ stateType, stateName, nextScheduledStartTime: due }: Run, nowMs: number): boolean =>
  waitsForRetry({ stateType, stateName, due }, nowMs);
