import type { Drafted, PolicyRule, Proposed, VerdictOf } from '../../runs/index.js';
import type { TaskFacts } from './facts.js';

export { abort, keep, withDetails } from '../../runs/index.js';

/** What stands after the rules so far. */
export type TaskDraft = Drafted & {
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

export type TaskRule = PolicyRule<TaskFacts, TaskDraft>;
export type TaskVerdict = VerdictOf<TaskDraft>;

/**
 * The proposal is answered with another state, which is written instead; what earlier rules made of the count is undone.
 * It carries the proposal's token: sent again, that is answered with this state and not carried out after all.
 */
export const replace = (facts: TaskFacts, draft: TaskDraft, proposed: Proposed, reason: string): TaskDraft => ({
  ...draft,
  proposed: { ...proposed, details: { ...proposed.details, transition_id: draft.proposed.details.transition_id } },
  runCount: facts.runCount,
  replaced: reason,
});

export const rename = (draft: TaskDraft, name: string): TaskDraft => ({
  ...draft,
  proposed: { ...draft.proposed, name },
});
