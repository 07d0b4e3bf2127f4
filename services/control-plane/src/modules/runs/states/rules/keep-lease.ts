import type { Rule } from '../rule.js';

/** The deployment's slot stays with the run from state to state. */
export const keepLease: Rule = {
  name: 'keep-lease',
  from: 'any',
  to: 'any',
  apply({ current }, draft) {
    const leaseId =
      draft.proposed.details.deployment_concurrency_lease_id ??
      current?.state_details.deployment_concurrency_lease_id ??
      null;
    return {
      ...draft,
      proposed: { ...draft.proposed, details: { ...draft.proposed.details, deployment_concurrency_lease_id: leaseId } },
    };
  },
};
