import type { Rule } from './rule.js';
import { cancelledWhenNothingIsLeft, cancellingIsOneWay, cancelWithoutInfrastructure } from './rules/cancelling.js';
import { awaitSlotWhenDue, cancelLateWithoutSlot, slotStillHeld, takeDeploymentSlot } from './rules/deployment-slot.js';
import { holdTheClaim } from './rules/hold-the-claim.js';
import { keepLease } from './rules/keep-lease.js';
import { lateOnce } from './rules/late.js';
import { keepResult, leaveTerminal } from './rules/leave-terminal.js';
import { pauseWhileRunning, resumeInTime } from './rules/pausing.js';
import { pendingOnce } from './rules/pending.js';
import { repeatedTransition } from './rules/repeated-transition.js';
import { rescheduleTakesOver } from './rules/reschedule.js';
import { retryWhileAttemptsRemain } from './rules/retry.js';
import { copyScheduledTime, waitForSchedule } from './rules/schedule.js';
import { startElsewhere } from './rules/start-elsewhere.js';

export type PolicyName = 'core' | 'forced' | 'again' | 'late' | 'lost';

/** Read from top to bottom: these lists are the policies for flow runs. */
export const policies: Readonly<Record<PolicyName, readonly Rule[]>> = {
  core: [
    holdTheClaim,
    keepLease,
    repeatedTransition,
    leaveTerminal,
    cancellingIsOneWay,
    cancelledWhenNothingIsLeft,
    cancelWithoutInfrastructure,
    pendingOnce,
    slotStillHeld,
    takeDeploymentSlot,
    lateOnce,
    pauseWhileRunning,
    resumeInTime,
    copyScheduledTime,
    waitForSchedule,
    rescheduleTakesOver,
    retryWhileAttemptsRemain,
  ],
  /** What is left under `force`. */
  forced: [
    holdTheClaim,
    keepLease,
    repeatedTransition,
    keepResult,
    cancelledWhenNothingIsLeft,
    cancelWithoutInfrastructure,
    rescheduleTakesOver,
  ],
  /** For people who start a run once more, whatever became of it. */
  again: [holdTheClaim, keepLease, repeatedTransition, startElsewhere],
  /** For those who look at what is due and is not taken. */
  late: [keepLease, lateOnce, awaitSlotWhenDue, cancelLateWithoutSlot],
  /** For those who find runs whose agent, worker or process is lost. */
  lost: [keepLease, startElsewhere],
};
