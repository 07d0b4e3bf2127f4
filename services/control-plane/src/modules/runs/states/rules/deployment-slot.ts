import type { StateType } from '@headgate/contracts';
import type { Refusal } from '../policy-rule.js';
import { abort, keep, replace, withDetails, type Draft, type Rule } from '../rule.js';
import type { Facts } from '../facts.js';
import { propose } from '../state.js';
import { isAfter, plusSeconds } from '../time.js';

const secondsUntilNextTry = 30;
/** The wait for a slot of the deployment, which ends with the first one that is free. */
export const awaitingSlot = { type: 'SCHEDULED', name: 'AwaitingConcurrencySlot' } as const;
const limitReached = 'Deployment concurrency limit reached.';

/** In these types a run holds a slot of its deployment. */
export const isHolding = (type: StateType | null | undefined): boolean =>
  type === 'PENDING' || type === 'RUNNING' || type === 'CANCELLING';

/** Who becomes PENDING takes a slot of its deployment; where none is free it waits, or is cancelled. */
export const takeDeploymentSlot: Rule = {
  name: 'take-deployment-slot',
  from: [null, 'SCHEDULED', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED'],
  to: ['PENDING'],
  apply(facts: Facts, draft) {
    const { slot, now } = facts;
    if (slot.kind === 'none' || slot.kind === 'free') return draft;
    if (slot.kind === 'held') return withDetails(draft, { deployment_concurrency_lease_id: slot.leaseId });
    if (slot.kind === 'deploymentGone') return abort('Deployment not found.');
    if (slot.kind === 'limitIsZero')
      return abort('The deployment concurrency limit is 0. The flow will deadlock if submitted again.');
    if (slot.strategy === 'CANCEL_NEW')
      return replace(facts, draft, propose({ type: 'CANCELLED', message: limitReached }, now), limitReached);
    return awaitSlot(facts, draft);
  },
};

/** One that waits already goes on waiting. It keeps the place in the queue that its time gave it. */
function awaitSlot(facts: Facts, draft: Draft): Draft | Refusal {
  const { current, now } = facts;
  if (current?.name === awaitingSlot.name) return keep(limitReached);
  const state_details = { scheduled_time: plusSeconds(now, secondsUntilNextTry) };
  const due = current?.type === 'SCHEDULED' ? current.state_details.scheduled_time : null;
  const place = due === null || isAfter(due, now) ? now : due;
  return { ...replace(facts, draft, propose({ ...awaitingSlot, state_details }, now), limitReached), place };
}

/** Between Pending and Running the lease may have run out, and somebody else may have the slot. */
export const slotStillHeld: Rule = {
  name: 'slot-still-held',
  from: ['PENDING'],
  to: ['RUNNING', 'CANCELLING'],
  apply(facts, draft) {
    const { slot, now } = facts;
    if (slot.kind === 'held') return withDetails(draft, { deployment_concurrency_lease_id: slot.leaseId });
    if (slot.kind !== 'full') return draft;
    const message = 'Deployment concurrency slot lost during provisioning - no slots available to continue execution';
    const cancelled = propose({ type: 'CANCELLED', message }, now);
    return replace(facts, draft, cancelled, 'Deployment concurrency limit reached after lease expiry.');
  },
};

/** A run that is due and finds no slot waits for one: that is not late. */
export const awaitSlotWhenDue: Rule = {
  name: 'await-slot-when-due',
  from: ['SCHEDULED'],
  to: ['SCHEDULED'],
  apply(facts, draft) {
    const { slot } = facts;
    if (slot.kind === 'full' && slot.strategy === 'ENQUEUE') return awaitSlot(facts, draft);
    return draft.proposed.name === awaitingSlot.name && slot.kind === 'free' ? keep('A slot is free.') : draft;
  },
};

/** A late run whose deployment cancels what finds no slot is cancelled when it is late: it would only pile up. */
export const cancelLateWithoutSlot: Rule = {
  name: 'cancel-late-without-slot',
  from: ['SCHEDULED'],
  to: ['SCHEDULED'],
  apply(facts, draft) {
    const { slot, now } = facts;
    if (slot.kind !== 'full' || slot.strategy !== 'CANCEL_NEW') return draft;
    const cancelled = propose({ type: 'CANCELLED', message: limitReached }, now);
    return replace(facts, draft, cancelled, 'Deployment concurrency limit is full and uses the CANCEL_NEW strategy.');
  },
};
