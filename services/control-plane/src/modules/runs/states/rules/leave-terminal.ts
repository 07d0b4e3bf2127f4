import { isTerminal } from '@headgate/contracts';
import { abort, keep, type Draft, type Rule } from '../rule.js';
import { isPersisted } from '../state.js';
import type { Facts } from '../facts.js';

/** What has ended stays ended, but for a new attempt. */
export const leaveTerminal: Rule = {
  name: 'leave-terminal',
  from: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: 'any',
  apply(facts, draft) {
    const { current } = facts;
    const { proposed } = draft;
    if (['CANCELLING', 'PAUSED', 'CRASHED'].includes(proposed.type))
      return abort(`Run is already in terminal state ${current!.type}.`);
    if (losesResult(facts, draft)) return keep('Run is already COMPLETED.');
    if (isTerminal(proposed.type)) return draft;
    if (proposed.type === 'SCHEDULED' && !facts.deploymentId)
      return abort('Cannot reschedule a run without an associated deployment.');
    return {
      ...draft,
      policy: {
        ...draft.policy,
        resuming: false,
        pause_keys: [],
        retry_type: proposed.type === 'SCHEDULED' ? 'reschedule' : null,
      },
    };
  },
};

/** A stored result is neither run again nor overwritten by nothing. */
function losesResult({ current }: Facts, { proposed }: Draft): boolean {
  if (current?.type !== 'COMPLETED' || !isPersisted(current.data)) return false;
  return !isTerminal(proposed.type) || (proposed.type === 'COMPLETED' && !isPersisted(proposed.data));
}

/** The one protection that force does not lift. */
export const keepResult: Rule = {
  name: 'keep-result',
  from: ['COMPLETED'],
  to: ['COMPLETED'],
  apply: (facts, draft) => (losesResult(facts, draft) ? keep('Run is already COMPLETED.') : draft),
};
