import { isTerminal, newId } from '@headgate/contracts';
import { sleep } from '../clock.js';
import {
  ApiError,
  UnreachableError,
  type FlowRunJson,
  type Orchestration,
  type StateProposal,
} from '../client/index.js';
import { AbortedError } from '../errors.js';
import { toProposal, type State } from '../states.js';
import { heartbeatSeconds } from './heartbeats.js';
import type { Reporter } from './reporter.js';
import {
  decideLocally,
  openLocalRun,
  type ChildDraft,
  type FlowRunReport,
  type OpenedRun,
  type RetryPlan,
  type RunDraft,
  type Verdict,
} from './report.js';
import { taskRunEvent, type Surroundings, type TaskRun } from './task-run.js';
import type { LogLine } from '../logging.js';
import { sayErr } from '../say.js';

/** A state, and when it was come to. */
type Untold = { state: StateProposal; happenedMs: number };

/** Tells the control plane about one flow run. When it cannot be reached, the run goes on, and is told about later. */
export class ServerReport implements FlowRunReport {
  /** In order; each keeps its transition id, so that it counts once. */
  private readonly untold: Untold[] = [];
  private endHeartbeats: (() => void) | null = null;
  private isPromised = false;

  constructor(
    private readonly reporter: Reporter,
    private readonly around: Surroundings,
    private readonly claimId: string | null,
    /** Nobody else knows whether its process lives. */
    private readonly beats: boolean,
  ) {
    reporter.hold();
  }

  /** Its process is there from now on, and tells so. */
  begin(): this {
    this.isPromised = true;
    this.beginBeating();
    return this;
  }

  async propose(state: State, retry?: RetryPlan): Promise<Verdict> {
    if (state.isFinal) await this.reporter.flush();
    this.untold.push({ state: toProposal(state, newId()), happenedMs: Date.now() });
    try {
      const answer = await this.tellAll();
      if (answer?.status === 'ACCEPT') this.beat(state);
      return answer ? this.verdictOn(state, answer) : { kind: 'accepted' };
    } catch (error) {
      if (mayPass(error)) return decideLocally(state, retry);
      this.untold.length = 0;
      throw error;
    }
  }

  taskMoved(run: TaskRun, from: State | null, to: State): void {
    this.reporter.events.add(taskRunEvent(run, from, to, this.around));
  }

  log(line: LogLine): void {
    this.reporter.logs.add(line);
  }

  async setRetryPolicy(retries: number, retryDelaySeconds: number): Promise<void> {
    const policy = { retries, retry_delay: retryDelaySeconds };
    await this.reporter.client
      .updateFlowRun(this.around.flowRunId, { empirical_policy: policy })
      .catch(() => undefined);
  }

  async current() {
    const run = await this.reporter.client.readFlowRun(this.around.flowRunId).catch(() => null);
    return run?.state_type ? { type: run.state_type, name: run.state_name ?? '' } : null;
  }

  /** The graph shows a flow inside a flow by way of a task run that stands for it. */
  async child(draft: ChildDraft): Promise<OpenedRun> {
    try {
      const { id } = await this.reporter.client.createTaskRun({
        flow_run_id: this.around.flowRunId,
        task_key: draft.task.key,
        dynamic_key: draft.task.dynamicKey,
        name: draft.task.name,
        state: { type: 'PENDING' },
      });
      return await openServerRun(this.reporter, draft, id);
    } catch (error) {
      if (!mayPass(error)) throw error;
      sayErr(`headgate: flow ${draft.flowName} runs without being reported: ${(error as Error).message}`);
      return openLocalRun(draft);
    }
  }

  async close(): Promise<void> {
    this.endBeating();
    for (const untold of this.untold.splice(0))
      this.reporter.giveUp({ kind: 'state', flowRunId: this.around.flowRunId, claimId: this.claimId, ...untold });
    await this.reporter.release();
  }

  /** The answer to the last of them. */
  private async tellAll(): Promise<Orchestration | null> {
    let answer: Orchestration | null = null;
    for (let untold = this.untold[0]; untold; untold = this.untold[0]) {
      answer = await this.tell(untold);
      this.untold.shift();
    }
    return answer;
  }

  private async tell(untold: Untold): Promise<Orchestration> {
    const { client } = this.reporter;
    for (;;) {
      const { state, happenedMs } = untold;
      const seconds = this.promise(state);
      const how = { claimId: this.claimId, happenedMs, heartbeatSeconds: seconds };
      const answer = await client.setFlowRunState(this.around.flowRunId, state, how);
      if (seconds !== null) this.isPromised = seconds > 0;
      if (answer.status !== 'WAIT') return answer;
      await sleep((answer.details.delay_seconds ?? 1) * 1000);
      // It has been told to wait, and has not happened yet.
      untold.happenedMs = Date.now();
    }
  }

  /** What is said of heartbeats with a state: that some will come, once, and that none will come any more. */
  private promise({ type, state_details }: StateProposal): number | null {
    if (!this.beats) return null;
    if (leavesProcess(type, state_details)) return 0;
    return type === 'RUNNING' && !this.isPromised ? heartbeatSeconds : null;
  }

  /** From its start to its end, also while it is paused: whoever lets it go on does not tell us. */
  private beat({ type, details }: State): void {
    if (leavesProcess(type, details)) this.endBeating();
    else if (type === 'RUNNING') this.beginBeating();
  }

  private beginBeating(): void {
    if (this.beats) this.endHeartbeats ??= this.reporter.heartbeats.begin(this.around);
  }

  private endBeating(): void {
    this.endHeartbeats?.();
    this.endHeartbeats = null;
  }

  private verdictOn(proposed: State, { status, state, details }: Orchestration): Verdict {
    if (status === 'ABORT')
      throw new AbortedError(
        `The control plane told this process to leave flow run ${this.around.flowRunName} alone: ${details.reason ?? 'no reason given'}`,
      );
    if (status === 'ACCEPT' || !state || state.type === proposed.type) return { kind: 'accepted' };
    if (state.type === 'SCHEDULED' && state.name === 'AwaitingRetry')
      return { kind: 'retry', at: state.state_details.scheduled_time ?? state.timestamp };
    return { kind: 'replaced', by: state };
  }
}

const leavesProcess = (type: State['type'], details: Record<string, unknown> = {}): boolean =>
  isTerminal(type) || (type === 'PAUSED' && details['pause_reschedule'] === true);

/** Trouble that may pass: the run goes on meanwhile. */
const mayPass = (error: unknown): boolean =>
  error instanceof UnreachableError || (error instanceof ApiError && error.status >= 500);

/** A new run, reported from its beginning. Throws UnreachableError: nothing has happened yet. */
export async function openServerRun(reporter: Reporter, draft: RunDraft, parentTaskRunId?: string): Promise<OpenedRun> {
  const flowId = await reporter.flowId(draft.flowName);
  // A subflow run lives as long as the run around it.
  const beats = !parentTaskRunId;
  const draftOfRun = {
    flow_id: flowId,
    name: draft.name,
    parameters: draft.parameters,
    tags: draft.tags,
    state: { type: 'PENDING' as const },
    ...(draft.version !== null && { flow_version: draft.version }),
    ...(parentTaskRunId && { parent_task_run_id: parentTaskRunId }),
    empirical_policy: { retries: draft.retries, retry_delay: draft.retryDelaySeconds },
  };
  const run = await reporter.client.createFlowRun(draftOfRun, { heartbeatSeconds: beats ? heartbeatSeconds : null });
  return opened(run, new ServerReport(reporter, aroundOf(run, draft.flowName), null, beats).begin());
}

/** A run that exists already: one that an agent claimed, or that `serve` found. */
export function adoptRun(reporter: Reporter, run: FlowRunJson, flowName: string, claimId: string | null): OpenedRun {
  // An agent knows for itself whether its processes live.
  return opened(run, new ServerReport(reporter, aroundOf(run, flowName), claimId, claimId === null));
}

const opened = (run: FlowRunJson, report: ServerReport): OpenedRun => ({
  id: run.id,
  name: run.name,
  deploymentId: run.deployment_id,
  report,
});

const aroundOf = (run: FlowRunJson, flowName: string): Surroundings => ({
  flowRunId: run.id,
  flowRunName: run.name,
  flowId: run.flow_id,
  flowName,
  deploymentId: run.deployment_id,
});
