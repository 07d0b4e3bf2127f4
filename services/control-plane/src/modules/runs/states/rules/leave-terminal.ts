import { isTerminal } from '@headgate/contracts';
import type { Refusal } from '../policy-rule.js';
import { abort, keep, type Draft, type Rule } from '../rule.js';
import { isPersisted } from '../state.js';
import type { Facts } from '../facts.js';

/** What has ended stays ended, but for a new attempt. */
export const leaveTerminal: Rule = {
  name: 'leave-terminal',
  from: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: 'any',
  apply(facts, draft) {
    const { current, deploymentId } = facts;
    const { type } = draft.proposed;
    if (type === 'CANCELLING' || type === 'PAUSED' || type === 'CRASHED')
      return abort(`Run is already in terminal state ${current!.type}.`);
    if (hasResult(facts) && !isTerminal(type)) return keep('Run is already COMPLETED.');
    if (type === 'SCHEDULED' && !deploymentId)
      return abort('Cannot reschedule a run without an associated deployment.');
    return isTerminal(type) ? keepStoredResult(facts, draft) : startAgain(draft);
  },
};

/** The one protection that force does not lift. */
export const keepResult: Rule = {
  name: 'keep-result',
  from: ['COMPLETED'],
  to: ['COMPLETED'],
  apply: (facts, draft) => keepStoredResult(facts, draft),
};

/** A result that is stored somewhere is not forgotten. */
const keepStoredResult = (facts: Facts, draft: Draft): Draft | Refusal =>
  hasResult(facts) && draft.proposed.type === 'COMPLETED' && !isPersisted(draft.proposed.data)
    ? keep('Cannot overwrite a COMPLETED state that carries persisted result data with one that does not.')
    : draft;

/** A new attempt pauses anew; one that is scheduled needs a process of its own. */
export const startAgain = (draft: Draft): Draft => ({
  ...draft,
  policy: {
    ...draft.policy,
    resuming: false,
    pause_keys: [],
    retry_type: draft.proposed.type === 'SCHEDULED' ? 'reschedule' : null,
  },
});

const hasResult = ({ current }: Facts): boolean => current?.type === 'COMPLETED' && isPersisted(current.data);
