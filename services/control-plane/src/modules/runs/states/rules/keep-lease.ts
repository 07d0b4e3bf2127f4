import { withDetails, type Rule } from '../rule.js';

/** The deployment's slot stays with the run from state to state, whatever the proposal says of it. */
export const keepLease: Rule = {
  name: 'keep-lease',
  from: 'any',
  to: 'any',
  apply: ({ current }, draft) =>
    withDetails(draft, {
      deployment_concurrency_lease_id: current?.state_details.deployment_concurrency_lease_id ?? null,
    }),
};
