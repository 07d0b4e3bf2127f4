import { propose } from '../../../runs/index.js';
import { abort, replace, type TaskRule } from '../rule.js';

/** A task of a flow run starts only while the flow run is running. */
export const insideARunningFlow: TaskRule = {
  name: 'inside-a-running-flow',
  from: 'any',
  to: ['RUNNING'],
  apply(facts, draft) {
    const { parent, now } = facts;
    if (!parent || parent.state_type === 'RUNNING') return draft;
    if (parent.state_type !== 'PAUSED') return abort('The enclosing flow must be running to begin task execution.');
    const { pause_timeout, pause_reschedule } = parent;
    const notReady = propose(
      { type: 'PAUSED', name: 'NotReady', state_details: { pause_timeout, pause_reschedule } },
      now,
    );
    const reason = `The flow is paused, new tasks can execute after resuming flow run: ${parent.id}.`;
    return replace(facts, draft, notReady, reason);
  },
};

/** With which attempt of its flow run a task run was started. */
export const noteFlowAttempt: TaskRule = {
  name: 'note-flow-attempt',
  from: 'any',
  to: ['RUNNING'],
  apply: ({ parent }, draft) => (parent ? { ...draft, flowRunRunCount: parent.run_count } : draft),
};
