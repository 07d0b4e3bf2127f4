import { replace, type Rule } from '../rule.js';
import { propose } from '../state.js';
import { plusSeconds } from '../time.js';

/** What fails is tried again while attempts remain, by the process that ran it; the deployment's slot stays its own. */
export const retryWhileAttemptsRemain: Rule = {
  name: 'retry-while-attempts-remain',
  from: ['RUNNING'],
  to: ['FAILED'],
  apply(facts, draft) {
    const { runCount, now, current } = facts;
    const { policy, proposed } = draft;
    if (policy.retries === null || runCount > policy.retries)
      return { ...draft, policy: { ...policy, retry_type: null } };
    const again = propose(
      {
        type: 'SCHEDULED',
        name: 'AwaitingRetry',
        message: proposed.message,
        data: proposed.data,
        state_details: {
          scheduled_time: plusSeconds(now, policy.retry_delay ?? 0),
          deployment_concurrency_lease_id: current!.state_details.deployment_concurrency_lease_id,
        },
      },
      now,
    );
    return {
      ...replace(facts, draft, again, 'Retrying'),
      policy: { ...policy, retry_type: 'in_process', resuming: false, pause_keys: [] },
    };
  },
};
