import type { StateType } from '@headgate/contracts';
import type { Proposed } from '../../runs/index.js';
import type { TaskFacts } from './facts.js';
import { taskPolicies, type TaskPolicyName } from './policy.js';
import { applies, isRefusal, type TaskDraft, type TaskVerdict } from './rule.js';

/** Folds a policy over a proposal: what is written, or why nothing is. */
export function decide(facts: TaskFacts, proposed: Proposed, policy: TaskPolicyName): TaskVerdict {
  const { runCount, flowRunRunCount } = facts;
  let draft: TaskDraft = {
    proposed,
    replaced: null,
    runCount,
    flowRunRunCount,
    takesSlots: false,
    caches: false,
    queue: null,
  };
  const from = facts.current?.type ?? null;
  for (const rule of taskPolicies[policy]) {
    // Another type than the proposed one is the last word: the rules behind looked at a transition that is off.
    if (draft.proposed.type !== proposed.type) break;
    if (!applies(rule, from, proposed.type)) continue;
    const outcome = rule.apply(facts, draft);
    if (isRefusal(outcome)) return outcome;
    draft = outcome;
  }
  return { kind: 'write', draft };
}

/** Types in which a run holds the slots of its tags. */
export const holdsSlots = (type: StateType): boolean => type === 'RUNNING' || type === 'CANCELLING';
