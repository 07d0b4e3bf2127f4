import type { StateType } from '@headgate/contracts';
import type { Facts } from './facts.js';
import { forcedPolicy, policy } from './policy.js';
import { applies, isRefusal, type Draft, type Verdict } from './rule.js';
import { holdingSlot } from './rules/deployment-slot.js';
import type { Proposed } from './state.js';

/** Folds the policy over a proposal: what is written, or why nothing is. */
export function decide(facts: Facts, proposed: Proposed, { force }: { force: boolean }): Verdict {
  let draft: Draft = { proposed, policy: facts.policy, replaced: null };
  const from = facts.current?.type ?? null;
  for (const rule of force ? forcedPolicy : policy) {
    if (!applies(rule, from, draft.proposed.type)) continue;
    const outcome = rule.apply(facts, draft);
    if (isRefusal(outcome)) return outcome;
    draft = outcome;
  }
  return { kind: 'write', draft };
}

const holds = (type: StateType | null | undefined): boolean =>
  (holdingSlot as readonly (StateType | null | undefined)[]).includes(type);

/** Whether a proposal will ask for a slot of the deployment's limit: `take` a new one, `renew` the one it has. */
export function slotWanted(from: StateType | null, to: StateType): 'take' | 'renew' | null {
  if (to === 'PENDING' && !holds(from)) return 'take';
  return from === 'PENDING' && to === 'RUNNING' ? 'renew' : null;
}

/** The lease that a written change gives back, if any. */
export function leaseToRelease(facts: Facts, written: Proposed): string | null {
  return holds(facts.current?.type) && !holds(written.type)
    ? (facts.current!.state_details.deployment_concurrency_lease_id ?? null)
    : null;
}
