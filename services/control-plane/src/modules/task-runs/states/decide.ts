import type { StateType } from '@headgate/contracts';
import { applyRules, type Proposed } from '../../runs/index.js';
import type { TaskFacts } from './facts.js';
import { taskPolicies, type TaskPolicyName } from './policy.js';
import type { TaskDraft, TaskVerdict } from './rule.js';

/** Folds a policy over a proposal: what is written, or why nothing is. */
export function decide(facts: TaskFacts, proposed: Proposed, policy: TaskPolicyName): TaskVerdict {
  return applyRules(taskPolicies[policy], facts, draftOf(facts, proposed));
}

/** The proposal as it stands before any rule. */
export const draftOf = ({ runCount, flowRunRunCount }: TaskFacts, proposed: Proposed): TaskDraft => ({
  proposed,
  replaced: null,
  runCount,
  flowRunRunCount,
  takesSlots: false,
  caches: false,
  queue: null,
});

/** Types in which a run holds the slots of its tags. */
export const holdsSlots = (type: StateType): boolean => type === 'RUNNING' || type === 'CANCELLING';
