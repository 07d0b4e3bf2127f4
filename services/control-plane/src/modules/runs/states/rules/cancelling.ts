import type { Facts } from '../facts.js';
import { keep, replace, type Rule } from '../rule.js';
import { propose } from '../state.js';

/** Who is being cancelled can only end cancelled. */
export const cancellingIsOneWay: Rule = {
  name: 'cancelling-is-one-way',
  from: ['CANCELLING'],
  to: ['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CRASHED', 'PAUSED', 'CANCELLING'],
  apply: () => keep('Cannot transition flows that are cancelling to a state other than Cancelled.'),
};

/**
 * Who says of itself that it was cancelled still runs, and what it has started may go on after it. The agent that holds the
 * run says so when nothing is left; should that be lost meanwhile, its claim ends.
 */
export const cancelledWhenNothingIsLeft: Rule = {
  name: 'cancelled-when-nothing-is-left',
  from: ['CANCELLING'],
  to: ['CANCELLED'],
  apply: ({ fromProcess, claimHeld, claimShown }, draft) =>
    fromProcess && claimHeld !== null && claimShown === claimHeld
      ? keep('The agent that holds this run says that it is cancelled, when nothing of it is left.')
      : draft,
};

/** Where nothing runs yet, or any more, nobody is left to carry the cancellation out: it is done at once. */
export const cancelWithoutInfrastructure: Rule = {
  name: 'cancel-without-infrastructure',
  from: ['SCHEDULED', 'PAUSED'],
  to: ['CANCELLING'],
  apply(facts, draft) {
    const { current, now } = facts;
    const waiting = (current!.type === 'SCHEDULED' && !hasProcess(facts)) || current!.name === 'Resuming';
    const suspended = current!.type === 'PAUSED' && current!.state_details.pause_reschedule;
    if (!waiting && !suspended) return draft;
    const why = suspended
      ? 'Suspended flow run has no infrastructure to terminate.'
      : 'Scheduled flow run has no infrastructure to terminate.';
    return replace(
      facts,
      draft,
      propose({ type: 'CANCELLED', message: draft.proposed.message, state_details: draft.proposed.details }, now),
      why,
    );
  },
};

/**
 * What an agent holds until it tries it again has one, and so may have whatever has told of one. A claim that stands on a run
 * which waits for whoever comes is that of an agent of which nothing is left.
 */
const hasProcess = ({ claimHeld, infrastructurePid, policy }: Facts): boolean =>
  claimHeld === null ? infrastructurePid !== null : policy.retry_type === 'in_process';
