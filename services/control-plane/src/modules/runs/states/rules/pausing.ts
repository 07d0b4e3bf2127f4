import { abort, keep, replace, type Rule } from '../rule.js';
import { startAgain } from './leave-terminal.js';
import { propose } from '../state.js';
import { isAfter } from '../time.js';

/** A run pauses once per key, and only while it runs; a suspended one needs a deployment to come back through. */
export const pauseWhileRunning: Rule = {
  name: 'pause-while-running',
  from: 'any',
  to: ['PAUSED'],
  apply({ current, deploymentId, parentTaskRunId }, draft) {
    const { name, details } = draft.proposed;
    const verb = name === 'Suspended' ? 'suspend' : 'pause';
    const { pause_key: key, pause_reschedule: reschedules } = details;
    if (!current) return abort(`Cannot ${verb} flows with no state.`);
    if (current.type !== 'RUNNING') return keep(`Cannot ${verb} flows that are not currently running.`);
    if (key !== null && draft.policy.pause_keys.includes(key)) return keep(`This ${verb} has already fired.`);
    if (reschedules && parentTaskRunId) return abort(`Cannot ${verb} subflows.`);
    if (reschedules && !deploymentId) return abort(`Cannot ${verb} flows without a deployment.`);
    // The pause has not fired in this attempt: what was given to it before belongs to another one.
    const pauses = details.run_input_keyset ? { ...draft, forgets: Object.values(details.run_input_keyset) } : draft;
    return key === null
      ? pauses
      : { ...pauses, policy: { ...draft.policy, pause_keys: [...draft.policy.pause_keys, key] } };
  },
};

/** A paused run goes on, is scheduled again, is cancelled or ends; when its time is over it has failed. */
export const resumeInTime: Rule = {
  name: 'resume-in-time',
  from: ['PAUSED'],
  to: 'any',
  apply(facts, draft) {
    const { current, deploymentId, now } = facts;
    const { type, name } = draft.proposed;
    const { pause_reschedule: suspended, pause_timeout: timeout } = current!.state_details;
    if (type === 'PENDING' || type === 'PAUSED')
      return keep(`This run cannot transition to the ${type} state from the ${current!.type} state.`);
    if (suspended && !deploymentId)
      return keep(`Cannot reschedule a ${name.toLowerCase()} flow run without a deployment.`);
    // A blocking pause goes on in its process: one that is scheduled instead begins from the start, and pauses anew.
    const resumed = type === 'SCHEDULED' && !suspended ? startAgain(draft) : { ...draft, resumes: true };
    // The process of a blocking pause lives: a cancellation reaches it also after the deadline.
    if (type === 'CANCELLING' || timeout === null || !isAfter(now, timeout)) return resumed;
    const message = `The flow was ${suspended ? 'suspended' : 'paused'} and never resumed.`;
    const failed = propose({ type: 'FAILED', message }, now);
    return replace(facts, resumed, failed, 'The flow run pause has timed out and can no longer resume.');
  },
};
