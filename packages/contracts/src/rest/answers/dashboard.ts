import { z } from 'zod';
import { stateTypes } from '../../states.js';
import { flowRunAnswer } from './flow-runs.js';
import { count, orNull, seconds, time } from './shared.js';

/** All figures of a workspace at once: an extension of ours. */

const counts = z.partialRecord(z.enum(stateTypes), count);
const bucket = z.strictObject({ since: time, seconds, states: counts }).meta({ id: 'DashboardBucket' });

export const dashboardAnswer = z
  .strictObject({
    states: counts,
    last_day: z.array(bucket),
    last_week: z.array(bucket),
    lateness: z.strictObject({
      late_runs: count,
      oldest_expected: orNull(time),
      average_delay_seconds: orNull(seconds),
    }),
    active: counts,
    recent_failures: z.array(flowRunAnswer),
  })
  .meta({ id: 'Dashboard' });
