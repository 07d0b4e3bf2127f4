import { z } from 'zod';
import { count, orNull, seconds, text, time } from './shared.js';
import { stateType } from './states.js';

const states = z.strictObject({
  state_type: stateType,
  state_name: text,
  count_runs: count,
  sum_estimated_run_time: seconds,
  sum_estimated_lateness: seconds,
});
export const historyAnswer = z.array(
  z.strictObject({ interval_start: time, interval_end: time, states: z.array(states) }).meta({ id: 'RunHistory' }),
);
export const latenessAnswer = orNull(seconds);
