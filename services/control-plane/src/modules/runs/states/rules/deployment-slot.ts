import { abort, replace, type Draft, type Rule } from '../rule.js';
import type { Facts } from '../facts.js';
import { propose } from '../state.js';
import { plusSeconds } from '../time.js';

const secondsUntilNextTry = 30;

const withLease = (draft: Draft, leaseId: string): Draft => ({
  ...draft,
  proposed: { ...draft.proposed, details: { ...draft.proposed.details, deployment_concurrency_lease_id: leaseId } },
});

/** Types in which a run holds its deployment's slot. */
export const holdingSlot = ['PENDING', 'RUNNING', 'CANCELLING'] as const;

/** Who becomes PENDING takes a slot of its deployment; where none is free it waits, or is cancelled. */
export const takeDeploymentSlot: Rule = {
  name: 'take-deployment-slot',
  from: [null, 'SCHEDULED', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED'],
  to: ['PENDING'],
  apply({ slot, now }: Facts, draft) {
    if (slot.kind === 'none') return draft;
    if (slot.kind === 'held') return withLease(draft, slot.leaseId);
    if (slot.kind === 'deploymentGone') return abort('Deployment not found.');
    if (slot.kind === 'limitIsZero')
      return abort('The deployment concurrency limit is 0. The flow will deadlock if submitted again.');
    if (slot.strategy === 'CANCEL_NEW') {
      return replace(
        draft,
        propose({ type: 'CANCELLED', message: 'Deployment concurrency limit reached.' }, now),
        'Deployment concurrency limit reached.',
      );
    }
    const later = {
      type: 'SCHEDULED',
      name: 'AwaitingConcurrencySlot',
      state_details: { scheduled_time: plusSeconds(now, secondsUntilNextTry) },
    } as const;
    return replace(draft, propose(later, now), 'Deployment concurrency limit reached.');
  },
};

/** Between Pending and Running the lease may have run out, and somebody else may have the slot. */
export const slotStillHeld: Rule = {
  name: 'slot-still-held',
  from: ['PENDING'],
  to: ['RUNNING'],
  apply({ slot, now }, draft) {
    if (slot.kind === 'held') return withLease(draft, slot.leaseId);
    if (slot.kind !== 'full') return draft;
    const message =
      'The concurrency slot of the deployment was lost while the run was being prepared, and no other was free.';
    return replace(draft, propose({ type: 'CANCELLED', message }, now), message);
  },
};
