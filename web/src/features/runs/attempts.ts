import { isTerminal } from '@headgate/contracts';
import type { StateType } from '@/generated/graphql';

type State = { type: StateType; name: string | null; timestamp: string };

/**
 * How often a run was attempted. The wire's `run_count` counts each time that it entered Running, so also the times that it
 * only went on after a pause: those begin no attempt. Without states to tell by, it is `runCount`.
 */
export function attemptsOf({ states, runCount }: { states: readonly State[]; runCount: number }): number {
  const inOrder = states.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  let [resumed, paused] = [0, false];
  for (const { type, name } of inOrder) {
    if (type === 'PAUSED') paused = true;
    else if (type === 'RUNNING') {
      if (paused) resumed += 1;
      paused = false;
    } else if (endsAttempt(type, name)) paused = false;
  }
  return Math.max(Math.min(runCount, 1), runCount - resumed);
}

/** After a pause somebody may resume, which schedules the run and lets it pend; what ended or is to be retried begins anew. */
const endsAttempt = (type: StateType, name: string | null): boolean =>
  type === 'SCHEDULED' ? name === 'AwaitingRetry' : type !== 'PENDING' && type !== 'CANCELLING';

/**
 * When a run was at rest between attempts, in milliseconds since the epoch: it had ended, or waited to begin anew. Then none
 * of its tasks was at work. What is not over yet is no such time.
 */
export function restsOf(states: readonly State[]): { start: number; end: number }[] {
  const inOrder = states.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
  const rests: { start: number; end: number }[] = [];
  let since: number | null = null;
  let hasRun = false;
  for (const { type, timestamp } of inOrder) {
    const at = Date.parse(timestamp);
    if (type === 'RUNNING') {
      hasRun = true;
      if (since !== null) rests.push({ start: since, end: at });
      since = null;
    } else if (hasRun && (type === 'SCHEDULED' || isTerminal(type))) since ??= at;
  }
  return rests;
}
