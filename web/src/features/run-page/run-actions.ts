import { isTerminal, refusalOf, type RunAction } from '@headgate/contracts';
import type { StateType } from '@/generated/graphql';

type Run = {
  stateType: StateType | null;
  stateName: string | null;
  nextScheduledStartTime: string | null;
  deployment: object | null;
};

/** What a cancellation does to a run, in a sentence, and what the way out of it is called. */
export function whatCancelDoes({ stateType, startTime }: { stateType: StateType | null; startTime: string | null }): {
  words: string;
  keep: string;
} {
  if (stateType === 'PAUSED')
    return { words: 'It cannot be resumed afterwards: only a retry runs it again.', keep: 'Let it wait' };
  if (stateType === 'RUNNING')
    return {
      words: 'What it is doing is stopped, and it does not go on from there: only a retry runs it again.',
      keep: 'Let it run',
    };
  return startTime
    ? { words: 'It is not begun again, unless by a retry.', keep: 'Keep it' }
    : { words: 'It will not begin, unless by a retry.', keep: 'Keep it' };
}

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
    case 'suspend':
      return 'Only a running run can be suspended.';
    case 'resume':
      return 'Only a paused or suspended run can be resumed.';
    case 'retry':
      return stateType === 'SCHEDULED' && stateName === 'AwaitingRetry'
        ? 'This run is due to be tried again at once.'
        : 'A run can be retried once it has ended.';
    case 'delete':
      return 'This run cannot be deleted now.';
  }
}
