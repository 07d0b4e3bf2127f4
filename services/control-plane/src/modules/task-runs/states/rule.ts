import type { StateType } from '@headgate/contracts';
import type { Proposed } from '../../runs/index.js';
import type { TaskFacts } from './facts.js';

/** What stands after the rules so far. */
export type TaskDraft = {
  /** The state to write. */
  proposed: Proposed;
  /** Why the state is not the one that was proposed, when it is not. */
  replaced: string | null;
  /** Attempts so far, before this change. */
  runCount: number;
  flowRunRunCount: number;
  /** Needs a slot of every limit of the run's tags. */
  takesSlots: boolean;
  /** From now on the state is the answer to its cache key. */
  caches: boolean;
  /** Waits for a task worker; `urgent` goes before what has never been tried. */
  queue: 'normal' | 'urgent' | null;
};

/** Nothing is written. */
export type Refusal =
  | { kind: 'keep'; reason: string }
  | { kind: 'abort'; reason: string }
  | { kind: 'wait'; seconds: number; reason: string };

export type TaskVerdict = { kind: 'write'; draft: TaskDraft } | Refusal;

/** A rule looks at transitions between the types that it names; null is a run without a state. */
export type TaskRule = {
  name: string;
  from: readonly (StateType | null)[] | 'any';
  to: readonly StateType[] | 'any';
  apply(facts: TaskFacts, draft: TaskDraft): TaskDraft | Refusal;
};

export const isRefusal = (outcome: TaskDraft | Refusal): outcome is Refusal => 'kind' in outcome;
export const keep = (reason: string): Refusal => ({ kind: 'keep', reason });
export const abort = (reason: string): Refusal => ({ kind: 'abort', reason });

/** The proposal is answered with another state, which is written instead; what earlier rules made of the count is undone. */
export const replace = (facts: TaskFacts, draft: TaskDraft, proposed: Proposed, reason: string): TaskDraft => ({
  ...draft,
  proposed,
  runCount: facts.runCount,
  replaced: reason,
});

export const rename = (draft: TaskDraft, name: string): TaskDraft => ({
  ...draft,
  proposed: { ...draft.proposed, name },
});

/** The draft with these details changed. */
export const withDetails = (draft: TaskDraft, details: Partial<Proposed['details']>): TaskDraft => ({
  ...draft,
  proposed: { ...draft.proposed, details: { ...draft.proposed.details, ...details } },
});

export function applies(rule: TaskRule, from: StateType | null, to: StateType): boolean {
  return (rule.from === 'any' || rule.from.includes(from)) && (rule.to === 'any' || rule.to.includes(to));
}
