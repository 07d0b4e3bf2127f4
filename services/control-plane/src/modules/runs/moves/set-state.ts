import { Inject, Injectable } from '@nestjs/common';
import type { StateJson } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Events, wireTime } from '../../../core/events/events.js';
import { Metrics } from '../../../core/health/metrics.js';
import { Live, topics } from '../../../core/live/live.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { decide, leaseToRelease, slotWanted } from '../states/decide.js';
import { emptyPolicy, type Facts, type Slot } from '../states/facts.js';
import type { Verdict } from '../states/rule.js';
import { expandState, propose, type ProposedInput } from '../states/state.js';
import { DeploymentSlots } from './deployment-slots.js';
import { selectFacts, type FactsRow } from './facts.sql.js';
import { toMove, type Move, type NewClaim } from './move.js';
import { moveRuns } from './move.sql.js';
import { toResult, type OrchestrationResult } from './result.js';

export type SetStateOptions = {
  force?: boolean;
  /** The claim that the report carries. */
  claimShown?: string | null;
  /** The run passes into these hands, if the change is accepted. */
  claim?: NewClaim;
  /** Which client asks; old ones do not renew their leases. */
  renewsLeases?: boolean;
};

type Target = { workspaceId: string; runId: string };

/** After so many lost races something is wrong; the client tries again. */
const triesMax = 20;

/** The one way in which a flow run's state changes: read the facts, decide, move, again if somebody was faster. */
@Injectable()
export class SetState {
  private readonly facts: MicroBatch<Target, FactsRow | null>;
  private readonly moves: MicroBatch<Move, boolean>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Live) private readonly live: Live,
    @Inject(DeploymentSlots) private readonly slots: DeploymentSlots,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {
    this.facts = new MicroBatch((targets) => this.readFacts(targets));
    this.moves = new MicroBatch((moves) => this.write(moves));
  }

  async set(
    ctx: Pick<Ctx, 'workspaceId'>,
    runId: string,
    input: ProposedInput,
    options: SetStateOptions = {},
  ): Promise<OrchestrationResult> {
    for (let tries = 0; tries < triesMax; tries++) {
      const run = await this.facts.submit({ workspaceId: ctx.workspaceId, runId });
      if (!run)
        throw new AppError('notFound', `Flow run with id ${runId} not found`, {}, { envelope: 'exception_message' });
      const result = await this.attempt(run, input, options);
      if (result) return result;
    }
    throw new AppError('unavailable', 'The run changes too fast.', { runId }, { retryAfterSeconds: 1 });
  }

  /** Null when somebody else moved the run in between. */
  private async attempt(
    run: FactsRow,
    input: ProposedInput,
    options: SetStateOptions,
  ): Promise<OrchestrationResult | null> {
    const force = options.force ?? false;
    const slot = force ? none : await this.takeSlot(run, input, options);
    const facts = factsOf(run, slot, options);
    const verdict = decide(facts, propose(input, facts.now), { force });
    const held = facts.current?.state_details.deployment_concurrency_lease_id ?? null;
    const taken = slot.kind === 'held' && slot.leaseId !== held ? slot.leaseId : null;
    if (verdict.kind !== 'write') {
      if (taken) await this.slots.release(run.workspace_id, taken);
      return toResult(verdict, facts.current);
    }
    return this.moveOrGiveBack(run, facts, verdict, taken, options.claim ?? null);
  }

  private async moveOrGiveBack(
    run: FactsRow,
    facts: Facts,
    verdict: Verdict & { kind: 'write' },
    taken: string | null,
    claim: NewClaim | null,
  ) {
    const move = toMove(run, facts, verdict.draft, verdict.draft.replaced ? null : claim);
    let applied = false;
    try {
      applied = await this.moves.submit(move);
    } finally {
      const wasted = taken !== null && (!applied || move.state.state_details.deployment_concurrency_lease_id !== taken);
      if (wasted) await this.slots.release(run.workspace_id, taken);
    }
    if (!applied) return null;
    const released = leaseToRelease(facts, verdict.draft.proposed);
    if (released) await this.slots.release(run.workspace_id, released);
    this.tell(run, move);
    return toResult(verdict, move.state);
  }

  private takeSlot(run: FactsRow, input: ProposedInput, options: SetStateOptions): Promise<Slot> | Slot {
    const wanted = run.deployment_id ? slotWanted(run.state_type, input.type) : null;
    if (!wanted) return none;
    if (!run.deployment_exists) return wanted === 'take' ? { kind: 'deploymentGone' } : none;
    if (run.concurrency_limit === null || !run.concurrency_limit_id) return none;
    return wanted === 'take' ? this.slots.take(run) : options.renewsLeases === false ? none : this.slots.renew(run);
  }

  private async readFacts(targets: Target[]): Promise<(FactsRow | null)[]> {
    const rows = await selectFacts(this.database.sql, [
      targets.map((each) => each.workspaceId),
      targets.map((each) => each.runId),
    ]);
    const byId = new Map(rows.map((row) => [row.workspace_id + row.id, row]));
    return targets.map((each) => byId.get(each.workspaceId + each.runId) ?? null);
  }

  private async write(moves: Move[]): Promise<boolean[]> {
    const written = await moveRuns(this.database.sql, [JSON.stringify(moves.map((move) => move.row))]);
    const ids = new Set(written.map((row) => row.state_id));
    const done = moves.filter((move) => ids.has(move.state.id));
    this.events.announceMany(done.map(({ row, event }) => ({ workspaceId: String(row['workspace_id']), event })));
    return moves.map((move) => ids.has(move.state.id));
  }

  private tell(run: FactsRow, { state }: Move): void {
    this.metrics.stateChanges.inc({ type: state.type });
    if (run.work_pool_id && (state.type === 'SCHEDULED' || state.type === 'CANCELLING'))
      this.live.publish(topics.pool(run.work_pool_id));
    if (run.parent_task_run_id)
      this.live.publish(topics.taskRuns(run.workspace_id), [{ id: run.parent_task_run_id, flow_run_id: null }]);
  }
}

const none: Slot = { kind: 'none' };

function factsOf(run: FlowRunRow, slot: Slot, options: SetStateOptions): Facts {
  const current: StateJson | null = expandState(run.state);
  return {
    now: wireTime(),
    current,
    policy: { ...emptyPolicy, ...run.empirical_policy },
    runCount: run.run_count,
    deploymentId: run.deployment_id,
    parentTaskRunId: run.parent_task_run_id,
    infrastructurePid: run.infrastructure_pid,
    claimHeld: run.claim_id,
    claimShown: options.claimShown ?? null,
    slot,
  };
}
