import type { StateType } from '@headgate/contracts';
import type { Proposed } from './state.js';

/** What every draft has: the state to write and, when it is not the one that was proposed, why. */
export type Drafted = { proposed: Proposed; replaced: string | null };

/** Nothing is written. */
export type Refusal =
  | { kind: 'keep'; reason: string }
  | { kind: 'abort'; reason: string }
  | { kind: 'wait'; seconds: number; reason: string };

export type VerdictOf<Draft> = { kind: 'write'; draft: Draft } | Refusal;

/** A rule looks at transitions between the types that it names; null is a run without a state. */
export type PolicyRule<Facts, Draft> = {
  name: string;
  from: readonly (StateType | null)[] | 'any';
  to: readonly StateType[] | 'any';
  apply(facts: Facts, draft: Draft): Draft | Refusal;
};

/** Folds the rules of a policy over a draft: what is written, or why nothing is. */
export function applyRules<Facts extends { current: { type: StateType } | null }, Draft extends Drafted>(
  rules: readonly PolicyRule<Facts, Draft>[],
  facts: Facts,
  first: Draft,
): VerdictOf<Draft> {
  const from = facts.current?.type ?? null;
  const to = first.proposed.type;
  let draft = first;
  for (const rule of rules) {
    // Another type than the proposed one is the last word: the rules behind looked at a transition that is off.
    if (draft.proposed.type !== to) break;
    if (!applies(rule, from, to)) continue;
    const outcome = rule.apply(facts, draft);
    if (isRefusal(outcome)) return outcome;
    draft = outcome;
  }
  return { kind: 'write', draft };
}

const applies = (rule: Pick<PolicyRule<never, never>, 'from' | 'to'>, from: StateType | null, to: StateType): boolean =>
  (rule.from === 'any' || rule.from.includes(from)) && (rule.to === 'any' || rule.to.includes(to));

const isRefusal = (outcome: object): outcome is Refusal => 'kind' in outcome;

export const keep = (reason: string): Refusal => ({ kind: 'keep', reason });
export const abort = (reason: string): Refusal => ({ kind: 'abort', reason });

/** The draft with these details of its state changed. */
export const withDetails = <Draft extends Drafted>(draft: Draft, details: Partial<Proposed['details']>): Draft => ({
  ...draft,
  proposed: { ...draft.proposed, details: { ...draft.proposed.details, ...details } },
});
