import { Inject, Injectable } from '@nestjs/common';
import type { StateJson } from '@headgate/contracts';
import type { Actor, Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import { storableRows } from '../../../core/db/json-rows.js';
import { AppError } from '../../../core/errors/app-error.js';
import { Events, wireTime } from '../../../core/events/events.js';
import { Metrics } from '../../../core/health/metrics.js';
import { Live, topics, type PoolRing } from '../../../core/live/live.js';
import { Nudges } from '../../../core/loops/nudges.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { unknownClient, type Client } from '../flow-runs/client.js';
import { deleteInputs } from '../flow-runs/inputs.queries.js';
import { decide, slotWanted, type SlotWish } from '../states/decide.js';
import { expandPolicy, type Facts, type Slot } from '../states/facts.js';
import type { PolicyName } from '../states/policy.js';
import { mayComeLate } from '../states/may-come-late.js';
import { abort, type Verdict } from '../states/rule.js';
import { awaitingSlot, isHolding } from '../states/rules/deployment-slot.js';
import { alreadyMade } from '../states/rules/repeated-transition.js';
import { expandState, propose, type Proposed, type ProposedInput } from '../states/state.js';
import { plusSeconds } from '../states/time.js';
import { DeploymentSlots, slotSeen } from './deployment-slots.js';
import { selectFacts, selectTransition, type FactsRow } from './facts.sql.js';
import { toMove, type Move, type NewClaim } from './move.js';
import { moveRuns } from './move.sql.js';
import { toResult, type OrchestrationResult } from './result.js';

export type SetStateOptions = {
  force?: boolean;
  /** Nothing happens unless the run still stands in the state with this id. */
  ifState?: string | null | undefined;
  /** Which policy decides; `force` is another word for `forced`. */
  policy?: PolicyName;
  /** The claim that the report carries. */
  claimShown?: string | null;
  /** The run's own process reports, under the claim of its agent. */
  fromProcess?: boolean;
  /** How long ago it happened, where the report was delayed. */
  secondsAgo?: number;
  /** The run passes into these hands, if the change is accepted. */
  claim?: NewClaim;
  /** With what it is asked. */
  client?: Client;
  /** A person wants it, whatever they ask with. */
  byHand?: boolean;
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
    @Inject(Nudges) private readonly nudges: Nudges,
  ) {
    this.facts = new MicroBatch((targets) => this.readFacts(targets), { partyOf: (target) => target.workspaceId });
    this.moves = new MicroBatch((moves) => this.write(moves), { partyOf: ({ row }) => String(row['workspace_id']) });
  }

  async set(
    ctx: Ctx,
    runId: string,
    input: ProposedInput,
    options: SetStateOptions = {},
  ): Promise<OrchestrationResult> {
    for (let tries = 0; tries < triesMax; tries++) {
      const run = await this.facts.submit({ workspaceId: ctx.workspaceId, runId });
      if (!run)
        throw new AppError('notFound', `Flow run with id ${runId} not found`, {}, { envelope: 'exception_message' });
      const result = await this.attempt(ctx, run, input, options);
      if (result) return result;
    }
    throw new AppError('unavailable', 'The run changes too fast.', { runId }, { retryAfterSeconds: 1 });
  }

  /** Null when somebody else moved the run in between. */
  private async attempt(
    ctx: Ctx,
    run: FactsRow,
    input: ProposedInput,
    options: SetStateOptions,
  ): Promise<OrchestrationResult | null> {
    const policy = options.policy ?? policyFor(input, options);
    const before = factsOf(run, noSlot, options);
    const proposed = propose(input, before.now);
    if (options.ifState && options.ifState !== before.current?.id)
      return toResult(abort('The run has moved on.'), before.current);
    const first = decide(before, proposed, policy);
    if (first.kind !== 'write') return toResult(first, before.current);
    if (mayComeLate(before, proposed) && (await this.wasMade(run, proposed)))
      return toResult(alreadyMade, before.current);
    // Only who would be accepted otherwise asks for a slot: nobody is turned away for a proposal that comes to nothing.
    const slot = await this.slotFor(ctx, run, slotWanted(before, first.draft.proposed.type, policy), options);
    const facts = { ...before, slot };
    const verdict = slot.kind === 'none' ? first : decide(facts, proposed, policy);
    return verdict.kind === 'write'
      ? this.moveOrGiveBack(ctx, run, facts, verdict, options, personBehind(ctx, input, options))
      : toResult(verdict, facts.current);
  }

  private async wasMade(run: FactsRow, { details }: Proposed): Promise<boolean> {
    return (await selectTransition(this.database.sql, [run.workspace_id, run.id, details.transition_id])).length > 0;
  }

  private async moveOrGiveBack(
    ctx: Ctx,
    run: FactsRow,
    facts: Facts,
    verdict: Verdict & { kind: 'write' },
    { claim, policy }: Pick<SetStateOptions, 'claim' | 'policy'>,
    by: Actor | null,
  ): Promise<OrchestrationResult | null> {
    const hands = { claim: verdict.draft.replaced ? null : (claim ?? null), isLost: policy === 'lost', by };
    const move = toMove(run, facts, verdict.draft, hands);
    const held = facts.current?.state_details.deployment_concurrency_lease_id ?? null;
    const kept = move.state.state_details.deployment_concurrency_lease_id;
    let applied = false;
    try {
      applied = await this.moves.submit(move);
    } finally {
      if (!applied && kept && kept !== held) await this.slots.release(ctx, kept);
    }
    if (!applied) return null;
    if (held && held !== kept) await this.slots.release(ctx, held);
    if (verdict.draft.forgets) await deleteInputs(this.database.db, run.workspace_id, run.id, verdict.draft.forgets);
    this.tell(run, move);
    return toResult(verdict, move.state);
  }

  private slotFor(
    ctx: Ctx,
    run: FactsRow,
    wanted: SlotWish | null,
    { client = unknownClient }: SetStateOptions,
  ): Promise<Slot> | Slot {
    if (!wanted || !run.deployment_id) return noSlot;
    if ((wanted === 'take' && client.takesSlots) || (wanted === 'keep' && client.renewsLeases)) return noSlot;
    if (!run.deployment_exists) return wanted === 'take' ? { kind: 'deploymentGone' } : noSlot;
    if (run.concurrency_limit === null || !run.concurrency_limit_id)
      return wanted === 'look' ? { kind: 'free' } : noSlot;
    if (wanted === 'look') return slotSeen(run);
    return wanted === 'take' ? this.slots.take(ctx, run) : this.slots.check(ctx, run, client);
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
    const written = await moveRuns(this.database.sql, [storableRows(moves.map((move) => move.row))]);
    const ids = new Set(written.map((row) => row.state_id));
    const done = moves.filter((move) => ids.has(move.state.id));
    this.events.announceMany(done.map(({ row, event }) => ({ workspaceId: String(row['workspace_id']), event })));
    return moves.map((move) => ids.has(move.state.id));
  }

  private tell(run: FactsRow, { state, endedByOthers }: Move): void {
    this.metrics.stateChanges.inc({ type: state.type });
    if (endedByOthers) for (const loop of seesToWhatIsLeft) this.nudges.nudge(loop);
    const ring = ringFor(run, state);
    if (run.work_pool_id && ring !== undefined) this.live.publish(topics.pool(run.work_pool_id), ring);
    if (run.parent_task_run_id)
      this.live.publish(topics.taskRuns(run.workspace_id), [{ id: run.parent_task_run_id, flow_run_id: null }]);
  }
}

/** Whoever forces a run to be scheduled by hand wants it to start once more; a client that does has Prefect's own rules. */
function policyFor({ type }: ProposedInput, { force, byHand }: SetStateOptions): PolicyName {
  if (!force) return 'core';
  return byHand && type === 'SCHEDULED' ? 'again' : 'forced';
}

/**
 * The person who brings a change about; null when nobody did it by hand. Processes report their states with keys of
 * people, too: with a key, only what a process never says of itself is an act of somebody.
 */
function personBehind({ actor }: Ctx, { type }: ProposedInput, { byHand = false }: SetStateOptions): Actor | null {
  if (actor.kind !== 'user') return null;
  return byHand || actor.via === 'session' || type === 'CANCELLING' ? actor : null;
}

/** Loops that end what a run left going: its subflow runs, and its task runs. */
const seesToWhatIsLeft = ['finish-cancellations', 'end-task-runs'];

export const noSlot: Slot = { kind: 'none' };

/** What those who wait at the run's pool have to hear: there is something to start, or to cancel, or a slot to do it in.
 * Slots of deployments ring by themselves. */
function ringFor(run: FactsRow, { type, name }: StateJson): PoolRing | undefined {
  if (type === 'CANCELLING') return { cancelling: run.id };
  if (type === 'SCHEDULED' && name !== awaitingSlot.name) return null;
  return run.pool_limited && isHolding(run.state_type) && !isHolding(type) ? null : undefined;
}

export function factsOf(run: FlowRunRow, slot: Slot, options: SetStateOptions): Facts {
  const current: StateJson | null = expandState(run.state);
  const now = wireTime();
  return {
    now,
    happened: options.secondsAgo ? plusSeconds(now, -options.secondsAgo) : null,
    current,
    policy: expandPolicy(run.empirical_policy),
    runCount: run.run_count,
    deploymentId: run.deployment_id,
    parentTaskRunId: run.parent_task_run_id,
    infrastructurePid: run.infrastructure_pid,
    claimHeld: run.claim_id,
    claimShown: options.claimShown ?? null,
    fromProcess: options.fromProcess ?? false,
    slot,
  };
}
