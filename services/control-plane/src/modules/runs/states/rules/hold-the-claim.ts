import { abort, type Rule } from '../rule.js';

/** A report under a claim that has expired comes from an agent that was given up: its run is in other hands. */
export const holdTheClaim: Rule = {
  name: 'hold-the-claim',
  from: 'any',
  to: 'any',
  apply: ({ claimHeld, claimShown }, draft) =>
    claimShown !== null && claimShown !== claimHeld
      ? abort('The claim on this run has expired; it is no longer yours to run.')
      : draft,
};
