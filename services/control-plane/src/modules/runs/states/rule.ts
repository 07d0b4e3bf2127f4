import type { Facts, RunPolicy } from './facts.js';
import type { Drafted, PolicyRule, VerdictOf } from './policy-rule.js';
import type { Proposed } from './state.js';

export { abort, keep, withDetails } from './policy-rule.js';

/** What stands after the rules so far. */
export type Draft = Drafted & {
  /** The run's policy beside its state. */
  policy: RunPolicy;
  /** It leaves a pause: the next attempt that starts is not a new one. */
  resumes: boolean;
  /** The time by which it stands in the queue, where that is not the one of its state. */
  place?: string;
  /** Keys of inputs that were given for an earlier attempt, and are gone when this state is written. */
  forgets?: string[];
};

export type Rule = PolicyRule<Facts, Draft>;
export type Verdict = VerdictOf<Draft>;

/**
 * The proposal is answered with another state, which is written instead; what earlier rules made of the policy is undone.
 * It carries the proposal's token: sent again, that is answered with this state and not carried out after all.
 */
export const replace = (facts: Facts, draft: Draft, proposed: Proposed, reason: string): Draft => ({
  ...draft,
  proposed: { ...proposed, details: { ...proposed.details, transition_id: draft.proposed.details.transition_id } },
  policy: facts.policy,
  replaced: reason,
});
