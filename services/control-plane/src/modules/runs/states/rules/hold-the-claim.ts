import type { Facts } from '../facts.js';
import { abort, type Draft, type Rule } from '../rule.js';

/**
 * A report under a claim that has expired comes from an agent that was given up: its run is in other hands. While it is in
 * nobody's, how the work ended is heard all the same: it is true, and otherwise it would be done again, or not believed.
 */
export const holdTheClaim: Rule = {
  name: 'hold-the-claim',
  from: 'any',
  to: 'any',
  apply(facts, draft) {
    const { claimHeld, claimShown } = facts;
    if (claimShown === null) return draft;
    if (claimShown !== claimHeld) return abort('The claim on this run has expired; it is no longer yours to run.');
    if (!isGivenUp(facts)) return draft;
    return isVerdict(draft)
      ? withWords(draft)
      : abort('The claim on this run has expired; how it ended would still be heard, nothing else.');
  },
};

/** No other state of these kinds has a claim written on it: a claim ends with a run, or when a run waits to be started by whoever comes. */
const isGivenUp = ({ current, policy }: Facts): boolean =>
  current?.type === 'CRASHED' || (current?.type === 'SCHEDULED' && policy.retry_type !== 'in_process');

const isVerdict = ({ proposed: { type } }: Draft): boolean => type === 'COMPLETED' || type === 'FAILED';

const withWords = (draft: Draft): Draft => ({
  ...draft,
  proposed: {
    ...draft.proposed,
    message: draft.proposed.message || 'Told late by an agent that had been given up.',
  },
});
