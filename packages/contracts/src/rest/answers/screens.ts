import { z } from 'zod';
import { stateTypes } from '../../states.js';
import { count, flag, id, integer, orNull, seconds, text, time } from './shared.js';
import { stateType } from './states.js';
import { taskRunAnswer } from './task-runs.js';

export const countsById = z.record(id, count);
export const runsOverTimeAnswer = z.array(
  z
    .strictObject({ id, state_type: stateType, timestamp: time, duration: seconds, lateness: seconds })
    .meta({ id: 'SimpleFlowRun' }),
);

const nextRun = z
  .strictObject({
    id,
    flow_id: id,
    name: text,
    state_name: text,
    state_type: stateType,
    next_scheduled_start_time: time,
  })
  .meta({ id: 'SimpleNextFlowRun' });
export const nextRunsAnswer = z.record(id, orNull(nextRun));
export type NextRunJson = z.infer<typeof nextRun>;

const byState = Object.fromEntries(stateTypes.map((type) => [type, count])) as Record<
  (typeof stateTypes)[number],
  typeof count
>;
export const countByStateAnswer = z.strictObject(byState).meta({ id: 'CountByState' });
export const taskRunCountsAnswer = z.array(z.record(z.string(), count).meta({ id: 'TaskRunCount' }));
export const uiTaskRunAnswer = taskRunAnswer.extend({ flow_run_name: orNull(text) }).meta({ id: 'UITaskRun' });

/** What is wrong with values, along the way to where it is. */
type MistakeJson = string | { property: string; errors: MistakeJson[] } | { index: number; errors: MistakeJson[] };
const ofProperty = z
  .strictObject({
    property: text,
    get errors() {
      return mistakes;
    },
  })
  .meta({ id: 'SchemaValuePropertyError' });
const ofIndex = z
  .strictObject({
    index: integer,
    get errors() {
      return mistakes;
    },
  })
  .meta({ id: 'SchemaValueIndexError' });
const mistakes: z.ZodType<MistakeJson[]> = z.array(z.union([text, ofProperty, ofIndex]));
export const checkedValuesAnswer = z
  .strictObject({ errors: mistakes, valid: flag })
  .meta({ id: 'SchemaValuesValidationResponse' });
export type CheckedValuesJson = { errors: MistakeJson[]; valid: boolean };
export type { MistakeJson };

export const observedStatesAnswer = z.array(
  z
    .strictObject({ state_type: text, state_name: text, first_seen: time, last_seen: time })
    .meta({ id: 'ObservedState' }),
);
export type ObservedStateJson = z.infer<typeof observedStatesAnswer>[number];
