import type { StateType } from '@headgate/contracts';
import type { Facts, RunPolicy } from './facts.js';
import type { Proposed } from './state.js';

/** What stands after the rules so far: the state to write, the run's policy beside it, and why, when it is not the one proposed. */
export type Draft = { proposed: Proposed; policy: RunPolicy; replaced: string | null };

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

/** The proposal is answered with another state, which is written instead. */
export const replace = (draft: Draft, proposed: Proposed, reason: string): Draft => ({
  ...draft,
  proposed,
  replaced: reason,
});
export const keep = (reason: string): Refusal => ({ kind: 'keep', reason });
export const abort = (reason: string): Refusal => ({ kind: 'abort', reason });

export function applies(rule: Rule, from: StateType | null, to: StateType): boolean {
  return (rule.from === 'any' || rule.from.includes(from)) && (rule.to === 'any' || rule.to.includes(to));
}
