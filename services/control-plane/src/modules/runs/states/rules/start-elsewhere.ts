import type { Rule } from '../rule.js';

/** No process has the run, or is to have it any more: whoever takes it next starts a new attempt, and pauses anew. */
export const startElsewhere: Rule = {
  name: 'start-elsewhere',
  from: 'any',
  to: ['SCHEDULED'],
  apply: (_, draft) => ({
    ...draft,
    policy: { ...draft.policy, resuming: false, pause_keys: [], retry_type: 'reschedule' },
  }),
};
