import { setTimeout as sleep } from 'node:timers/promises';
import { defaultStateName, isTerminal, type StateType } from '@headgate/contracts';
import type { Api } from '../api/api.js';
import { ApiError } from '../api/http.js';
import type { ClaimedRun, FlowRunJson, JobTemplate, ProposedState } from '../api/wire.js';
import { CannotStart, jobOf, type Job } from '../runners/job.js';
import type { Runner } from '../runners/runner.js';
import { runnerFor } from '../runners/runners.js';
import type { Mailbox } from '../spool/mailbox.js';
import { Attempt } from './attempt.js';
import type { Journal, Outcome, RunName } from './journal.js';
import { clockMs, type Lease } from './lease.js';
import { hasConcluded, lastState, type Ended, type Ending } from './last-state.js';
import { sendLostLogs } from './lost-logs.js';
import type { Reach } from './reach.js';

export type KeeperParts = {
  api: Api;
  reach: Reach;
  journal: Journal;
  runners: Runner[];
  openMailbox(flowRunId: string, claimId: string): Mailbox;
  template(): Promise<JobTemplate>;
  onDecided(): void;
  /** Resolves when it is known whether the run is ours still. */
  makeSure(keeper: RunKeeper): Promise<void>;
  /** Lets go of a claim whose run has ended here before its time. */
  abandon(claimId: string): Promise<void>;
  /** Gives back a claim whose run has not begun. */
  release(claimId: string): Promise<void>;
  agentName: string;
  agentDir: string;
  host: string;
  graceMs: number;
};

/** A process that has brought its run to an end may send its last lines and clean up for so long. */
const flushMs = 30_000;
/** One whose run was ended by somebody else has so long; so has what is told to end, and all when the agent is stopped. */
const leaveMs = 10_000;
const hurryMs = 1_000;
const tellWhereAfterMs = 1_000;
const askAgainMs = 5_000;
/** What ends sooner is spared the longer lease. */
const atWorkAfterMs = 1_000;

/** Undefined: it could not be asked for. */
type Seen = FlowRunJson | null | undefined;

const nullIfDeleted = (error: unknown): null | undefined =>
  error instanceof ApiError && error.status === 404 ? null : undefined;

/** While somebody else may be at work on it, or may soon be, there are no two copies. */
function graceOfLost(run: Seen): number {
  if (run === null || run?.state_type === 'PAUSED') return Infinity;
  if (isTerminal(run?.state_type)) return leaveMs;
  return run?.state_type === 'SCHEDULED' ? hurryMs : 0;
}

/** Keeps one claimed run from its start to its end, and sees to it that its end is known. */
export class RunKeeper {
  readonly name: RunName;
  private readonly mailbox: Mailbox;
  private attempt: Attempt | null = null;
  private ending: Ending | null = null;
  private retryAt: string | null = null;
  private isCutOff = false;
  /** The run has ended, and its process may still send its last lines. */
  private isFlushing = false;
  /** Nothing of it runs, and what is to be told can wait. */
  private isTelling = false;
  /** It is to be started again, and nothing of it runs until then. */
  private isWaiting = false;
  private decided = false;
  private readonly since = performance.now();

  constructor(
    readonly claimed: ClaimedRun,
    readonly lease: Lease,
    /** Whether the claim is known to be no older than a moment. */
    private readonly isFresh: boolean,
    private readonly parts: KeeperParts,
  ) {
    const { flow, deployment, flow_run: run } = claimed;
    this.name = { id: run.id, title: `${[flow.name, deployment?.name].filter(Boolean).join('/')} · ${run.name}` };
    this.mailbox = parts.openMailbox(run.id, claimed.claim_id);
  }

  get flowRunId(): string {
    return this.claimed.flow_run.id;
  }

  get mayBeCancelled(): boolean {
    return this.ending === null;
  }

  /** How it ended is on disk, and will be told even if this agent ends. */
  get isDecided(): boolean {
    return this.decided;
  }

  /** It has a process, and what that does would be lost. */
  get isAtWork(): boolean {
    return this.attempt !== null && performance.now() - this.attempt.startedAt >= atWorkAfterMs;
  }

  renewed(since: number, seconds: number): void {
    this.lease.renew(since, seconds);
    this.attempt?.started.group.keepUntil(this.lease.killAt);
  }

  /** Resolves when the run has ended here and all is told. Never throws. */
  async keep(): Promise<void> {
    try {
      const outcome = await this.runToEnd();
      await this.mailbox.empty();
      if (outcome) this.parts.journal.finished(this.name, outcome);
    } catch (error) {
      this.parts.journal.warn(`${this.name.title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async cancel(): Promise<void> {
    if (this.ending) return;
    this.ending = 'cancelled';
    this.parts.journal.note(`cancelling ${this.name.title}`);
    await this.attempt?.cancel(this.parts.graceMs);
  }

  /** The claim is not ours any more: because the run has ended, or because the control plane gave us up. */
  async lose(): Promise<void> {
    if (this.ending) return;
    if (!this.attempt || this.isWaiting) {
      this.ending = 'lost';
      return;
    }
    const run = await this.parts.api.getFlowRun(this.flowRunId).catch(nullIfDeleted);
    const hasEnded = isTerminal(run?.state_type);
    if (hasEnded) await this.letLeave(this.attempt, run?.state_type ?? null);
    if (this.ending || this.attempt?.isOver) return;
    this.ending = 'lost';
    const why = hasEnded ? `has ended (${run?.state_name}), and its process goes on` : 'is no longer ours to run';
    this.parts.journal.warn(`${this.name.title} ${why}: ending it`);
    await this.attempt?.end(Math.min(this.parts.graceMs, graceOfLost(run)));
  }

  /** What its code came to by itself leaves only lines to be sent. No lease hurries that: nobody begins a run that has ended. */
  private async letLeave(attempt: Attempt, endedIn: StateType | null): Promise<void> {
    if (endedIn !== 'COMPLETED' && endedIn !== 'FAILED') return void (await attempt.endsWithin(leaveMs));
    if (!this.isFlushing) attempt.started.group.keepUntil(clockMs() + flushMs + 2 * leaveMs);
    this.isFlushing = true;
    await attempt.endsWithin(flushMs);
  }

  /** The lease ends, and could not be renewed: by then nothing may be left here, for another agent may begin. */
  async cutOff(): Promise<void> {
    if (this.isCutOff || this.isTelling || this.isFlushing) return;
    this.isCutOff = true;
    if (!this.ending) {
      this.ending = 'cut off';
      this.parts.journal.warn(
        `${this.name.title}: its lease could not be renewed and is about to end; another agent may run it then: ending it`,
      );
    }
    // A process that could say that it has crashed would take the run from the policy for agents that are lost.
    if (this.attempt?.started.reportsStates) await this.attempt.kill();
    else await this.attempt?.end(Math.max(0, this.lease.killAt - clockMs()));
  }

  /** The agent stops and cannot wait. Told twice, the more impatient word counts. */
  async stop({ inHurry }: { inHurry: boolean }): Promise<void> {
    this.ending ??= 'stopped';
    await this.attempt?.end(Math.min(this.parts.graceMs, inHurry ? hurryMs : leaveMs));
  }

  /** Answers whether it had not started, and now will not: its claim can be released. */
  giveBack(): boolean {
    if (this.attempt || this.ending) return false;
    this.ending = 'lost';
    return true;
  }

  /** Undelivered reports stay on disk. */
  async abandonReports(): Promise<void> {
    await this.mailbox.stop();
  }

  private async runToEnd(): Promise<Outcome | null> {
    try {
      const job = jobOf(this.claimed, await this.parts.template(), this.parts.agentDir);
      return await this.attempts(job, runnerFor(job, this.parts.runners));
    } catch (error) {
      const isExpected = error instanceof CannotStart || (error as NodeJS.ErrnoException).syscall !== undefined;
      if (!isExpected) throw error;
      return this.report({ type: 'CRASHED', message: `The run could not be started: ${(error as Error).message}` });
    }
  }

  /** A command that fails is started again while the run's policy says so; flows are retried by their process. */
  private async attempts(job: Job, runner: Runner): Promise<Outcome | null> {
    // Processes that tell of their states ask by that before they begin.
    if (!this.isFresh && (!runner.asksFirst || job.command !== null)) await this.parts.makeSure(this);
    while (!this.ending) {
      // Who stood still before this begins nothing that another agent may have.
      if (clockMs() >= this.lease.endAt) {
        await this.cutOff();
        break;
      }
      this.attempt = new Attempt(await runner.start(job), this.flowRunId, (lines) => this.mailbox.log(lines));
      this.attempt.started.group.keepUntil(this.lease.killAt);
      const outcome = await this.attend(this.attempt);
      if (outcome?.stateType !== 'SCHEDULED' || this.attempt.started.reportsStates) return outcome;
      this.isTelling = false;
      this.isWaiting = true;
      await this.untilRetry();
      await this.askAgain();
      this.isWaiting = false;
    }
    // It has attempts left: whoever has it next makes them.
    if (this.ending === 'stopped' && this.retryAt) return this.giveUp('the agent stops before it is to be tried again');
    return this.conclude(null, false);
  }

  private async attend(attempt: Attempt): Promise<Outcome | null> {
    const { started } = attempt;
    const pid = started.group.pid;
    if (!started.reportsStates) void this.tellBegun();
    this.parts.journal.started(this.name, pid);
    void this.tellWhere(attempt, pid);
    // Told to end while it was being started.
    if (this.ending) void attempt.end(this.parts.graceMs);
    const ended = await attempt.ended;
    this.isTelling = true;
    // Who slept, or was stopped, learns from the clock what the watchdog did meanwhile.
    if (ended.signal && clockMs() >= this.lease.killAt) this.ending ??= 'cut off';
    await sendLostLogs(started.lostLogs?.() ?? [], this.flowRunId, this.parts, this.mailbox);
    return started.reportsStates ? this.concludeReported(attempt, ended) : this.conclude(ended, false);
  }

  private async tellBegun(): Promise<void> {
    const told = await this.mailbox.tell({ type: 'RUNNING' }, this.claimed.claim_id);
    if (told?.status === 'ABORT') await this.lose();
  }

  /** Marks a run as one that has processes to end: one that waits for a retry is otherwise cancelled at once. Short runs are spared the request. */
  private async tellWhere(attempt: Attempt, pid: number): Promise<void> {
    if (await attempt.endsWithin(tellWhereAfterMs)) return;
    await this.parts.api
      .patchFlowRun(this.flowRunId, { infrastructure_pid: `${this.parts.host}:${pid}` })
      .catch(() => undefined);
  }

  /** What the process has reported stands; what it could not report is reported for it. */
  private async concludeReported(attempt: Attempt, ended: Ended): Promise<Outcome | null> {
    await this.parts.reach.insist(async () => attempt.started.deliverRest?.());
    const endedIn = attempt.started.endedIn?.() ?? null;
    // That it was cancelled is for us to say, now that nothing is left.
    if (endedIn && endedIn !== 'CANCELLED') return this.outcome(endedIn, null);
    const run = await this.parts.reach.insist(() => this.parts.api.getFlowRun(this.flowRunId));
    if (hasConcluded(run, ended)) return this.outcome(run.state_type, run.state_name, run.state?.message);
    if (run.state_type === 'CANCELLING') this.ending ??= 'cancelled';
    if (this.neverBegan(run, attempt, ended)) return this.release();
    return this.conclude(ended, true);
  }

  /**
   * Its client asks for Running before code of the user runs, and had not got so far: for want of the control plane, or
   * because the agent stops. What fails for another reason would fail again.
   */
  private neverBegan(run: FlowRunJson, attempt: Attempt, ended: Ended): boolean {
    const forOurReasons =
      this.ending === 'stopped' || (!this.ending && this.parts.reach.failedSince(attempt.startedAt));
    return run.state_type === 'PENDING' && ended.code !== 0 && ended.left === 0 && forOurReasons;
  }

  /** Due again at once, here or elsewhere. The claim fences what its process may have sent last. */
  private async release(): Promise<null> {
    await this.parts.release(this.claimed.claim_id);
    this.parts.journal.warn(`${this.name.title} was given back: its process ended before it had begun`);
    return null;
  }

  private async conclude(ended: Ended | null, reportsStates: boolean): Promise<Outcome | null> {
    if (this.ending === 'lost') return null;
    if (this.ending === 'cut off') return this.giveUp('it had been cut off for longer than its lease');
    return this.report(lastState(this.parts.agentName, this.ending, ended, reportsStates), this.ending === 'cancelled');
  }

  /** What becomes of the run is then decided as for every agent that is lost: it may be tried again. */
  private async giveUp(why: string): Promise<null> {
    await this.parts.abandon(this.claimed.claim_id);
    this.parts.journal.warn(`${this.name.title} was given up: ${why}`);
    return null;
  }

  private async report(state: ProposedState, force = false): Promise<Outcome> {
    const telling = this.mailbox.tell(state, this.claimed.claim_id, { force });
    this.decided = true;
    this.parts.onDecided();
    const told = await telling;
    this.decided = told?.state?.type !== 'SCHEDULED';
    this.retryAt = told?.state?.state_details.scheduled_time ?? null;
    return this.outcome(
      told?.state?.type ?? state.type,
      told?.state?.name ?? null,
      told?.state?.message ?? state.message,
    );
  }

  private async untilRetry(): Promise<void> {
    const due = Date.parse(this.retryAt ?? '');
    while (Date.now() < due && !this.ending) await sleep(Math.min(due - Date.now(), 500));
  }

  /** Somebody may have ended it while it waited. Whoever is cut off goes on under its lease. */
  private async askAgain(): Promise<void> {
    if (this.ending) return;
    await Promise.race([this.parts.makeSure(this), sleep(askAgainMs, undefined, { ref: false })]);
  }

  private outcome(stateType: StateType | null, stateName: string | null, message?: string | null): Outcome {
    const words = stateName ?? (stateType ? defaultStateName(stateType) : 'Unknown');
    return {
      stateType,
      stateName: words,
      seconds: (performance.now() - this.since) / 1000,
      message: message ?? undefined,
    };
  }
}
