import { isTerminal } from '@headgate/contracts';
import { abort, keep, replace, type Rule } from '../rule.js';
import { propose } from '../state.js';
import { isAfter } from '../time.js';

/** A run pauses once per key, and only while it runs; a suspended one needs a deployment to come back through. */
export const pauseWhileRunning: Rule = {
  name: 'pause-while-running',
  from: 'any',
  to: ['PAUSED'],
  apply({ current, deploymentId, parentTaskRunId }, draft) {
    const { pause_reschedule: suspends, pause_key: key } = draft.proposed.details;
    const verb = suspends ? 'suspend' : 'pause';
    if (!current) return abort(`Cannot ${verb} flows with no state.`);
    if (current.type !== 'RUNNING') return keep(`Cannot ${verb} flows that are not currently running.`);
    if (key !== null && draft.policy.pause_keys.includes(key)) return keep(`This ${verb} has already fired.`);
    if (suspends && parentTaskRunId) return abort(`Cannot ${verb} subflows.`);
    if (suspends && !deploymentId) return abort(`Cannot ${verb} flows without a deployment.`);
    return key === null
      ? draft
      : { ...draft, policy: { ...draft.policy, pause_keys: [...draft.policy.pause_keys, key] } };
  },
};

/** A paused run goes on, is scheduled again, or ends; when its time is over it has failed. */
export const resumeInTime: Rule = {
  name: 'resume-in-time',
  from: ['PAUSED'],
  to: 'any',
  apply({ current, deploymentId, now }, draft) {
    const { type } = draft.proposed;
    const { pause_reschedule: suspended, pause_timeout: timeout } = current!.state_details;
    if (type !== 'RUNNING' && type !== 'SCHEDULED' && !isTerminal(type))
      return keep(`This run cannot transition to the ${type} state from the ${current!.type} state.`);
    if (isTerminal(type)) return draft;
    if (suspended && !deploymentId) return abort('Cannot reschedule a paused flow run without a deployment.');
    if (timeout !== null && isAfter(now, timeout)) {
      const message = `The flow was ${suspended ? 'suspended' : 'paused'} and never resumed.`;
      return replace(draft, propose({ type: 'FAILED', message }, now), message);
    }
    return { ...draft, policy: { ...draft.policy, resuming: true } };
  },
};
