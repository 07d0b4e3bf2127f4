import { isTerminal, type StateJson, type StateType } from '@headgate/contracts';
import { isAfter, secondsBetween } from './time.js';

/** Seconds that a run has run, counting the stretch that it is in. */
export const estimatedRunTime = (
  run: { total_run_time: number; state: Pick<StateJson, 'type' | 'timestamp'> | null },
  now: string,
): number =>
  run.total_run_time + (run.state?.type === 'RUNNING' ? Math.max(0, secondsBetween(run.state.timestamp, now)) : 0);

type Start = { state_type: StateType | null; start_time: string | null; expected_start_time: string | null };

/** Seconds by which a run started, or is about to start, after its time. */
export function estimatedStartTimeDelta(
  { state_type, start_time: started, expected_start_time: expected }: Start,
  now: string,
) {
  if (!expected) return 0;
  if (started) return Math.max(0, secondsBetween(expected, started));
  return !isTerminal(state_type) && isAfter(now, expected) ? secondsBetween(expected, now) : 0;
}
