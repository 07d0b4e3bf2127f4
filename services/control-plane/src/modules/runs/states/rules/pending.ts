import { abort, type Rule } from '../rule.js';

/**
 * Who takes a run makes it PENDING, and only one can: this is what keeps rival workers apart. The one who has it may
 * tell how far it is by another name (`Submitting`, `InfrastructurePending`).
 */
export const pendingOnce: Rule = {
  name: 'pending-once',
  from: ['PENDING', 'CANCELLING', 'RUNNING', 'CANCELLED'],
  to: ['PENDING'],
  apply({ current }, draft) {
    const { proposed } = draft;
    const further = current!.type === 'PENDING' && proposed.name !== current!.name && proposed.name !== 'Pending';
    if (!further) return abort(`This run is in a ${current!.type} state and cannot transition to a PENDING state.`);
    const scheduled_time = proposed.details.scheduled_time ?? current!.state_details.scheduled_time;
    return { ...draft, proposed: { ...proposed, details: { ...proposed.details, scheduled_time } } };
  },
};
