import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import type { Db } from '../../../core/db/db.js';
import { storableRows } from '../../../core/db/json-rows.js';
import { joined } from '../../../core/db/joined.js';
import { wireTime, type WireEvent } from '../../../core/events/events.js';
import { TagLimitsService } from '../../concurrency/index.js';
import {
  alreadyMade,
  expandState,
  mayComeLate,
  propose,
  toResult,
  type OrchestrationResult,
  type Proposed,
  type ProposedInput,
} from '../../runs/index.js';
import { columnsAfter, toState } from '../states/columns.js';
import { decide, holdsSlots } from '../states/decide.js';
import { emptyTaskPolicy, type TaskFacts } from '../states/facts.js';
import type { TaskPolicyName } from '../states/policy.js';
import type { TaskVerdict } from '../states/rule.js';
import type { TaskRunRow } from '../task-run.js';
import { taskStateEvent } from './event.js';
import { findCached, findParent, wasMade, type ParentRow } from './facts.queries.js';
import { digestOf, toMoveRow } from './move-row.js';
import { moveTaskRuns } from './move.sql.js';

export type Moved = { result: OrchestrationResult; event: WireEvent | null; queued: boolean };

/** Changes the state of a task run whose row the caller has locked, in the caller's transaction: facts, verdict, move. */
@Injectable()
export class SetTaskState {
  constructor(@Inject(TagLimitsService) private readonly tags: TagLimitsService) {}

  /** `silent` when somebody else tells of the change. */
  async set(
    ctx: Ctx,
    tx: Db,
    run: TaskRunRow,
    input: ProposedInput,
    policy: TaskPolicyName,
    { silent = false }: { silent?: boolean } = {},
  ): Promise<Moved> {
    const parent = run.flow_run_id ? await findParent(tx, run.workspace_id, run.flow_run_id) : null;
    const facts = await this.readFacts(ctx, tx, run, parent, input, policy);
    if (await isRepeated(tx, run, facts, propose(input, facts.now)))
      return { result: toResult(alreadyMade, facts.current), event: null, queued: false };
    const verdict = await this.decide(ctx, tx, run, facts, input, policy);
    if (verdict.kind !== 'write') return { result: toResult(verdict, facts.current), event: null, queued: false };
    const { draft } = verdict;
    const state = toState(newId(), run, facts, draft);
    const columns = columnsAfter(run, facts.current, draft, state);
    const event = silent ? null : taskStateEvent(run, parent, facts.current, state, columns.run_count);
    const row = toMoveRow(run, facts, draft, state, columns, event);
    await moveTaskRuns(joined(tx), [storableRows([row])]);
    if (run.tags.length > 0 && !holdsSlots(state.type)) await this.tags.release(ctx, joined(tx), run.tags, run.id);
    return { result: toResult(verdict, state), event, queued: draft.queue !== null };
  }

  /** Slots that seemed to be free may be gone when they are taken: then the policy sees the limits as they are. */
  private async decide(
    ctx: Ctx,
    tx: Db,
    run: TaskRunRow,
    facts: TaskFacts,
    input: ProposedInput,
    policy: TaskPolicyName,
  ): Promise<TaskVerdict> {
    const verdict = decide(facts, propose(input, facts.now), policy);
    if (verdict.kind !== 'write' || !verdict.draft.takesSlots) return verdict;
    const full = await this.tags.seize(ctx, joined(tx), run.tags, run.id);
    return full ? decide({ ...facts, tagLimits: full }, propose(input, facts.now), policy) : verdict;
  }

  private async readFacts(
    ctx: Ctx,
    tx: Db,
    run: TaskRunRow,
    parent: ParentRow | null,
    input: ProposedInput,
    policy: TaskPolicyName,
  ): Promise<TaskFacts> {
    const { tags } = run;
    const starts = input.type === 'RUNNING' && policy !== 'forced';
    const key = starts && !input.state_details?.refresh_cache ? input.state_details?.cache_key : null;
    const limited = starts && policy === 'core' && tags.length > 0;
    return {
      now: wireTime(),
      current: expandState(run.state),
      policy: { ...emptyTaskPolicy, ...run.empirical_policy },
      runCount: run.run_count,
      flowRunRunCount: run.flow_run_run_count,
      parent,
      tagLimits: limited ? await this.tags.look(ctx, joined(tx), tags) : [],
      cached: key ? expandState(await findCached(tx, ctx.workspaceId, digestOf(key))) : null,
      draw: Math.random(),
    };
  }
}

/** Whoever repeats a request after a timeout finds that it was heard the first time, whatever the run did since. */
async function isRepeated(tx: Db, run: TaskRunRow, facts: TaskFacts, proposed: Proposed): Promise<boolean> {
  const { transition_id: id } = proposed.details;
  if (id === null || !facts.current) return false;
  if (id === facts.current.state_details.transition_id) return true;
  return mayComeLate(facts, proposed) && wasMade(tx, run.workspace_id, run.id, id);
}
