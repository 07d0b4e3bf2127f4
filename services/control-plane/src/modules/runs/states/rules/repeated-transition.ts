import { keep, type Rule } from '../rule.js';

export const alreadyMade = keep('This run has already made this state transition.');

/** A client that repeats a request after a timeout finds that it was heard the first time. */
export const repeatedTransition: Rule = {
  name: 'repeated-transition',
  from: 'any',
  to: 'any',
  apply({ current }, draft) {
    const id = draft.proposed.details.transition_id;
    return id !== null && id === current?.state_details.transition_id ? alreadyMade : draft;
  },
};
