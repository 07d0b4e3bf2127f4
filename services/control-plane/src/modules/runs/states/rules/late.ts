import { keep, type Rule } from '../rule.js';

/** Only what waits for its time can be late, and only once. */
export const lateOnce: Rule = {
  name: 'late-once',
  from: 'any',
  to: ['SCHEDULED'],
  apply({ current }, draft) {
    if (draft.proposed.name !== 'Late' || !current) return draft;
    if (current.type !== 'SCHEDULED') return keep('Only scheduled flows can be marked late.');
    return current.name === 'Late' ? keep('This flow run is already marked late.') : draft;
  },
};
