import { replace, type Rule } from '../rule.js';
import { propose } from '../state.js';
import { plusSeconds } from '../time.js';

/** What fails is tried again while attempts remain, by the process that ran it. */
export const retryWhileAttemptsRemain: Rule = {
  name: 'retry-while-attempts-remain',
  from: ['RUNNING'],
  to: ['FAILED'],
  apply({ runCount, now }, draft) {
    const { policy, proposed } = draft;
    if (policy.retries === null || runCount > policy.retries)
      return { ...draft, policy: { ...policy, retry_type: null } };
    const scheduled_time = plusSeconds(now, policy.retry_delay ?? 0);
    const again = propose(
      {
        type: 'SCHEDULED',
        name: 'AwaitingRetry',
        message: proposed.message,
        data: proposed.data,
        state_details: { scheduled_time },
      },
      now,
    );
    return { ...replace(draft, again, 'Retrying'), policy: { ...policy, retry_type: 'in_process', pause_keys: [] } };
  },
};
