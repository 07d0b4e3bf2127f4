import { plusSeconds, propose } from '../../../runs/index.js';
import { rename, replace, type TaskRule } from '../rule.js';
import type { TaskFacts } from '../facts.js';
import { drawAround } from './draw-around.js';

/** What fails is tried again while attempts remain, by the process that ran it. */
export const retryWhileAttemptsRemain: TaskRule = {
  name: 'retry-while-attempts-remain',
  from: ['RUNNING'],
  to: ['FAILED'],
  apply(facts, draft) {
    const { policy, runCount, now } = facts;
    const { message, data, details } = draft.proposed;
    if (policy.retries === null || runCount > policy.retries || details.retriable === false) return draft;
    const scheduled_time = plusSeconds(now, delaySeconds(facts));
    const again = propose(
      { type: 'SCHEDULED', name: 'AwaitingRetry', message, data, state_details: { scheduled_time } },
      now,
    );
    return replace(facts, draft, again, 'Retrying');
  },
};

function delaySeconds({ policy, runCount, draw }: TaskFacts): number {
  const { retry_delay: delay, retry_jitter_factor: jitter } = policy;
  const seconds = (Array.isArray(delay) ? delay[Math.min(runCount, delay.length) - 1] : delay) ?? 0;
  return jitter !== null && jitter > 0 ? drawAround(seconds, jitter, draw) : seconds;
}

/** A later attempt is called by what it is. */
export const nameTheRerun: TaskRule = {
  name: 'name-the-rerun',
  from: ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: ['RUNNING'],
  apply({ current }, draft) {
    if (draft.runCount === 0) return draft;
    return rename(draft, current!.name === 'AwaitingRetry' ? 'Retrying' : 'Rerunning');
  },
};
