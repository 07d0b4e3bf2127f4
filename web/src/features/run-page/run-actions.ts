import { isTerminal, refusalOf, type RunAction } from '@headgate/contracts';
import type { StateType } from '@/generated/graphql';

type Run = {
  stateType: StateType | null;
  stateName: string | null;
  nextScheduledStartTime: string | null;
  deployment: object | null;
};

/** Why an action is not possible with a run, in a sentence; null when it is. The server asks the same question. */
export function whyNot(action: RunAction, run: Run, nowMs: number): string | null {
  const { stateType, stateName, nextScheduledStartTime: due, deployment } = run;
  const refusal = refusalOf(action, { stateType, stateName, due, hasDeployment: deployment !== null }, nowMs);
  if (refusal === null) return null;
  if (refusal === 'deployment')
    return 'This run has no deployment, so nothing but the program that made it can start it again.';
  switch (action) {
    case 'cancel':
      return isTerminal(stateType) ? 'This run has already ended.' : 'This run is already being cancelled.';
    case 'pause':
      return 'Only a running run can be paused.';
    case 'resume':
      return 'Only a paused run can be resumed.';
    case 'retry':
      return stateType === 'SCHEDULED' && stateName === 'AwaitingRetry'
        ? 'This run is due to be tried again at once.'
        : 'A run can be retried once it has ended.';
    case 'delete':
      return 'This run cannot be deleted now.';
  }
}
