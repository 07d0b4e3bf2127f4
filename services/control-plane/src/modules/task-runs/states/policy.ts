import type { TaskRule } from './rule.js';
import { offerToTaskWorkers, pendingOnce } from './rules/background.js';
import { answerFromCache, fillCache } from './rules/caching.js';
import { leaveTerminal } from './rules/leave-terminal.js';
import { nameTheRerun, retryWhileAttemptsRemain } from './rules/retry.js';
import { insideARunningFlow, noteFlowAttempt } from './rules/running-flow.js';
import { copyParametersId, copyScheduledTime, waitForSchedule } from './rules/schedule.js';
import { takeTagSlots } from './rules/tag-slots.js';

export type TaskPolicyName = 'core' | 'background' | 'forced';

/** Read from top to bottom: these lists are the policies for task runs. */
export const taskPolicies: Record<TaskPolicyName, readonly TaskRule[]> = {
  /** Runs whose process asks before each change. Most processes decide for themselves, and the recorder hears of it. */
  core: [
    answerFromCache,
    leaveTerminal,
    insideARunningFlow,
    takeTagSlots,
    copyScheduledTime,
    waitForSchedule,
    retryWhileAttemptsRemain,
    nameTheRerun,
    noteFlowAttempt,
    fillCache,
  ],
  /** Runs that task workers take. */
  background: [
    pendingOnce,
    answerFromCache,
    leaveTerminal,
    copyScheduledTime,
    copyParametersId,
    waitForSchedule,
    retryWhileAttemptsRemain,
    nameTheRerun,
    noteFlowAttempt,
    fillCache,
    offerToTaskWorkers,
  ],
  forced: [],
};

/** `force` does not take a background run out of its policy. */
export const policyFor = (deferred: boolean | null, force: boolean): TaskPolicyName =>
  deferred ? 'background' : force ? 'forced' : 'core';
