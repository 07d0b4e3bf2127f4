import { z } from 'zod';
import { stateTypes } from '../../states.js';
import { flag, id, integer, orNull, text, time } from './shared.js';

export const stateType = z.enum(stateTypes);

const stateDetails = z
  .strictObject({
    flow_run_id: orNull(id),
    task_run_id: orNull(id),
    child_flow_run_id: orNull(id),
    scheduled_time: orNull(time),
    cache_key: orNull(text),
    cache_expiration: orNull(time),
    deferred: orNull(flag),
    untrackable_result: flag,
    pause_timeout: orNull(time),
    pause_reschedule: flag,
    pause_key: orNull(text),
    run_input_keyset: orNull(z.record(z.string(), z.string())),
    refresh_cache: orNull(flag),
    retriable: orNull(flag),
    transition_id: orNull(id),
    task_parameters_id: orNull(id),
    traceparent: orNull(text),
    deployment_concurrency_lease_id: orNull(id),
  })
  .meta({ id: 'StateDetails' });

export const stateAnswer = z
  .strictObject({
    id,
    type: stateType,
    name: orNull(text),
    timestamp: time,
    message: orNull(text),
    data: z.unknown(),
    state_details: stateDetails,
  })
  .meta({ id: 'State' });
export const statesAnswer = z.array(stateAnswer);

/** What became of a proposed state. */
const details = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('accept_details') }),
  z.strictObject({ type: z.literal('wait_details'), delay_seconds: integer, reason: orNull(text) }),
  z.strictObject({ type: z.literal('reject_details'), reason: orNull(text) }),
  z.strictObject({ type: z.literal('abort_details'), reason: orNull(text) }),
]);
export const orchestrationAnswer = z
  .strictObject({ state: orNull(stateAnswer), status: z.enum(['ACCEPT', 'REJECT', 'ABORT', 'WAIT']), details })
  .meta({ id: 'OrchestrationResult' });
