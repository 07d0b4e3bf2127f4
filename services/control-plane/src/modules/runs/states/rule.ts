import type { StateType } from '@headgate/contracts';
import type { Facts, RunPolicy } from './facts.js';
import type { Proposed } from './state.js';

/** What stands after the rules so far. */
export type Draft = {
  /** The state to write. */
  proposed: Proposed;
  /** The run's policy beside it. */
  policy: RunPolicy;
  /** Why the state is not the one that was proposed, when it is not. */
  replaced: string | null;
  /** It leaves a pause: the next attempt that starts is not a new one. */
  resumes: boolean;
};

/** Nothing is written. */
export type Refusal =
  | { kind: 'keep'; reason: string }
  | { kind: 'abort'; reason: string }
  | { kind: 'wait'; seconds: number; reason: string };

export type Verdict = { kind: 'write'; draft: Draft } | Refusal;

/** A rule looks at transitions between the types that it names; null is a run without a state. */
export type Rule = {
  name: string;
  from: readonly (StateType | null)[] | 'any';
  to: readonly StateType[] | 'any';
  apply(facts: Facts, draft: Draft): Draft | Refusal;
};

export const isRefusal = (outcome: Draft | Refusal): outcome is Refusal => 'kind' in outcome;

/** The proposal is answered with another state, which is written instead; what earlier rules made of the policy is undone. */
export const replace = (facts: Facts, draft: Draft, proposed: Proposed, reason: string): Draft => ({
  ...draft,
  proposed,
  policy: facts.policy,
  replaced: reason,
});
export const keep = (reason: string): Refusal => ({ kind: 'keep', reason });
export const abort = (reason: string): Refusal => ({ kind: 'abort', reason });

/** The draft with these details changed. */
export const withDetails = (draft: Draft, details: Partial<Proposed['details']>): Draft => ({
  ...draft,
  proposed: { ...draft.proposed, details: { ...draft.proposed.details, ...details } },
});

export function applies(rule: Rule, from: StateType | null, to: StateType): boolean {
  return (rule.from === 'any' || rule.from.includes(from)) && (rule.to === 'any' || rule.to.includes(to));
}
