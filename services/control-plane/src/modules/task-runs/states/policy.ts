import { isTerminal, type StateJson } from '@headgate/contracts';
import { isPersisted, plusSeconds, propose, secondsBetween, type Proposed } from '../../runs/index.js';
import type { TaskPolicy } from '../task-run.js';

/** What the policy for task runs looks at. Only background tasks and old clients ask it: others decide for themselves. */
export type TaskFacts = {
  now: string;
  current: StateJson | null;
  runCount: number;
  policy: TaskPolicy;
  /** State of the flow run that it belongs to; null when it belongs to none. */
  parent: { type: string | null } | null;
};

export type TaskVerdict =
  | { kind: 'write'; state: Proposed; replaced: string | null }
  | { kind: 'keep' | 'abort'; reason: string }
  | { kind: 'wait'; seconds: number; reason: string };

type Rule = (facts: TaskFacts, proposed: Proposed) => TaskVerdict | null;

const stayEnded: Rule = ({ current }, proposed) => {
  if (!isTerminal(current?.type)) return null;
  if (['CANCELLING', 'PAUSED', 'CRASHED'].includes(proposed.type))
    return { kind: 'abort', reason: `Run is already ${current!.type}.` };
  return current!.type === 'COMPLETED' && isPersisted(current!.data)
    ? { kind: 'keep', reason: 'This run is already completed.' }
    : null;
};

const runInsideARunningFlow: Rule = ({ parent, now }, proposed) => {
  if (proposed.type !== 'RUNNING' || !parent || parent.type === 'RUNNING') return null;
  if (parent.type === 'PAUSED')
    return {
      kind: 'write',
      state: propose({ type: 'PAUSED', name: 'NotReady' }, now),
      replaced: 'The flow is paused, new tasks can execute after resuming flow run.',
    };
  return { kind: 'abort', reason: 'The enclosing flow must be running to begin task execution.' };
};

const waitForSchedule: Rule = ({ current, now }, proposed) => {
  const due = proposed.type === 'RUNNING' ? (current?.state_details.scheduled_time ?? null) : null;
  const seconds = due === null ? 0 : Math.ceil(secondsBetween(now, due));
  return seconds > 0 ? { kind: 'wait', seconds, reason: 'Scheduled time is in the future' } : null;
};

const retryWhileAttemptsRemain: Rule = ({ current, runCount, policy, now }, proposed) => {
  const fails = current?.type === 'RUNNING' && proposed.type === 'FAILED';
  if (!fails || policy.retries === null || runCount > policy.retries || proposed.details.retriable === false)
    return null;
  const delays = Array.isArray(policy.retry_delay) ? policy.retry_delay : [policy.retry_delay ?? 0];
  const scheduled_time = plusSeconds(now, delays[Math.min(runCount, delays.length) - 1] ?? delays.at(-1) ?? 0);
  return {
    kind: 'write',
    state: propose(
      { type: 'SCHEDULED', name: 'AwaitingRetry', message: proposed.message, state_details: { scheduled_time } },
      now,
    ),
    replaced: 'Retrying',
  };
};

const nameTheRerun: Rule = ({ current, runCount }, proposed) => {
  if (proposed.type !== 'RUNNING' || runCount === 0) return null;
  return {
    kind: 'write',
    state: { ...proposed, name: current?.name === 'AwaitingRetry' ? 'Retrying' : 'Rerunning' },
    replaced: null,
  };
};

/** Read from top to bottom: the first rule that speaks decides. */
const policy: Rule[] = [stayEnded, runInsideARunningFlow, waitForSchedule, retryWhileAttemptsRemain, nameTheRerun];

export function decideTaskState(facts: TaskFacts, proposed: Proposed, force: boolean): TaskVerdict {
  const verdict = force ? null : policy.map((rule) => rule(facts, proposed)).find((each) => each !== null);
  return verdict ?? { kind: 'write', state: proposed, replaced: null };
}
