import type { StateType } from '@headgate/contracts';
import { abort, replace, withDetails, type Rule } from '../rule.js';
import type { Facts } from '../facts.js';
import { propose } from '../state.js';
import { plusSeconds } from '../time.js';

const secondsUntilNextTry = 30;
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
    if (slot.kind === 'none') return draft;
    if (slot.kind === 'held') return withDetails(draft, { deployment_concurrency_lease_id: slot.leaseId });
    if (slot.kind === 'deploymentGone') return abort('Deployment not found.');
    if (slot.kind === 'limitIsZero')
      return abort('The deployment concurrency limit is 0. The flow will deadlock if submitted again.');
    if (slot.strategy === 'CANCEL_NEW')
      return replace(facts, draft, propose({ type: 'CANCELLED', message: limitReached }, now), limitReached);
    const later = {
      type: 'SCHEDULED',
      name: 'AwaitingConcurrencySlot',
      state_details: { scheduled_time: plusSeconds(now, secondsUntilNextTry) },
    } as const;
    return replace(facts, draft, propose(later, now), limitReached);
  },
};

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
