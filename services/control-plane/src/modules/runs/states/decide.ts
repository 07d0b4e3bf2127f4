import type { StateType } from '@headgate/contracts';
import type { Facts } from './facts.js';
import { policies, type PolicyName } from './policy.js';
import { applyRules } from './policy-rule.js';
import type { Verdict } from './rule.js';
import { isHolding } from './rules/deployment-slot.js';
import type { Proposed } from './state.js';

/** Folds a policy over a proposal: what is written, or why nothing is. */
export function decide(facts: Facts, proposed: Proposed, policy: PolicyName = 'core'): Verdict {
  return applyRules(policies[policy], facts, { proposed, policy: facts.policy, replaced: null, resumes: false });
}

export type SlotWish = 'take' | 'check' | 'keep' | 'look';

/**
 * What a proposal asks of the deployment's limit: `take` a slot, `check` that the one it has is still its own, `keep`
 * it as it is, `look` whether one would be free.
 */
export function slotWanted(facts: Facts, to: StateType, policy: PolicyName): SlotWish | null {
  const from = facts.current?.type ?? null;
  if (policy === 'late') return 'look';
  if (policy !== 'core') return null;
  if (to === 'PENDING' && !isHolding(from)) return 'take';
  if (from !== 'PENDING') return null;
  return to === 'RUNNING' ? 'check' : to === 'CANCELLING' ? 'keep' : null;
}
