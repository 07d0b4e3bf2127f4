import { Inject, Injectable } from '@nestjs/common';
import { tooLargeParameters } from '@headgate/contracts/rest/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { joinRows, storableRows } from '../../../core/db/json-rows.js';
import { joined } from '../../../core/db/joined.js';
import { conflict, invalid } from '../../../core/errors/app-error.js';
import { Events, wireTime } from '../../../core/events/events.js';
import { Budgets } from '../../../core/fair/budgets.js';
import { inSlices } from '../../../core/fair/in-slices.js';
import { Live, topics } from '../../../core/live/live.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { selectFlowRuns } from '../flow-runs/flow-runs.sql.js';
import { createRuns, createRunsSilently, selectByIdempotencyKey, type CreatedRow } from './create.sql.js';
import { newRun, type FlowRunDraft, type NewRun } from './new-run.js';

/** So many runs are made ready in one go: a millisecond or two in which nothing else happens. */
const sliceMax = 50;

/** How many runs are new, and the pools that they wait in. */
export type CreatedMany = { made: number; pools: string[] };

/** Creation of flow runs, one by one or in bulk; durable when answered. */
@Injectable()
export class CreateRuns {
  private readonly creations: MicroBatch<NewRun, CreatedRow | null>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Live) private readonly live: Live,
    @Inject(Budgets) private readonly budgets: Budgets,
  ) {
    this.creations = new MicroBatch((runs) => this.write(runs), { partyOf: ({ run }) => run.workspace_id });
  }

  /** The run, and whether it is new: a key that is taken gives the run that has it. Throws conflict when the flow is not there. */
  async create(ctx: Ctx, draft: FlowRunDraft): Promise<{ run: FlowRunRow; created: boolean }> {
    this.budgets.spend(ctx.workspaceId, 'runs', 1);
    refuseHugeParameters(draft);
    const wanted = newRun(ctx.workspaceId, draft, wireTime());
    const made = await this.creations.submit(wanted);
    if (!made) return { run: await this.existing(ctx, draft), created: false };
    const run = {
      ...wanted.run,
      related: made.related,
      labels: made.inherited_labels ?? wanted.run.labels,
      work_pool_name: made.work_pool_name,
      work_queue_name: made.work_queue_name,
    };
    return { run, created: true };
  }

  /** Many runs in one statement; their ids, in order. Keys that are taken, here or in between, give the runs that have them. */
  async createAll(ctx: Ctx, drafts: FlowRunDraft[]): Promise<string[]> {
    this.budgets.spend(ctx.workspaceId, 'runs', drafts.length);
    const now = wireTime();
    const slices = await inSlices(drafts, sliceMax, (slice) =>
      slice.map((draft) => {
        refuseHugeParameters(draft);
        return newRun(ctx.workspaceId, draft, now);
      }),
    );
    const runs = slices.flat();
    const made = await this.write(runs);
    const others = await this.idsByKey(
      ctx,
      drafts.filter((_, at) => !made[at]),
    );
    return runs.map(({ run }, at) => (made[at] ? run.id : idOf(others, drafts[at]!)));
  }

  /**
   * The scheduler's way, in its transaction: what is there already is left alone, nothing is told. After the commit the
   * caller wakes the pools that got new runs.
   */
  async createMany(ctx: Ctx, db: Db, drafts: FlowRunDraft[]): Promise<CreatedMany> {
    const now = wireTime();
    const runs = drafts.map((draft) => newRun(ctx.workspaceId, draft, now));
    const made = await createRunsSilently(joined(db), [storableRows(runs.map((each) => each.row))]);
    const pools = made.length > 0 ? runs.flatMap(({ run }) => run.work_pool_id ?? []) : [];
    return { made: made.length, pools };
  }

  /** Those who wait for runs of these pools look again. */
  wake(pools: string[]): void {
    for (const pool of new Set(pools)) this.live.publish(topics.pool(pool));
  }

  private async write(runs: NewRun[]): Promise<(CreatedRow | null)[]> {
    const json = await inSlices(runs, sliceMax, (slice) => storableRows(slice.map((each) => each.row)));
    const made = await createRuns(this.database.sql, [joinRows(json)]);
    const byId = new Map(made.map((row) => [row.id, row]));
    await inSlices(runs, sliceMax, (slice) => this.tell(slice, byId));
    return runs.map((each) => byId.get(each.run.id) ?? null);
  }

  private tell(runs: NewRun[], made: Map<string, CreatedRow>): void {
    const created = runs.flatMap(({ run, event }) => {
      const row = made.get(run.id);
      return row ? [{ run, told: { workspaceId: run.workspace_id, event: { ...event, related: row.related } } }] : [];
    });
    this.events.announceMany(created.map((each) => each.told));
    this.wake(created.flatMap(({ run }) => (run.state_type === 'SCHEDULED' ? (run.work_pool_id ?? []) : [])));
    for (const { run } of created) {
      if (run.parent_task_run_id)
        this.live.publish(topics.taskRuns(run.workspace_id), [{ id: run.parent_task_run_id, flow_run_id: null }]);
    }
  }

  private async existing(ctx: Ctx, draft: FlowRunDraft): Promise<FlowRunRow> {
    const id = idOf(await this.idsByKey(ctx, [draft]), draft);
    const [run] = await selectFlowRuns(this.database.sql, [ctx.workspaceId, [id]]);
    if (!run) throw isNotThere();
    return run;
  }

  /** The runs that have the keys of these, by flow and key. */
  private async idsByKey(ctx: Ctx, drafts: FlowRunDraft[]): Promise<Map<string, string>> {
    const keyed = drafts.filter((draft) => draft.idempotency_key);
    if (keyed.length === 0) return new Map();
    const found = await selectByIdempotencyKey(this.database.sql, [
      keyed.map(() => ctx.workspaceId),
      keyed.map((draft) => draft.flow_id),
      keyed.map((draft) => draft.idempotency_key),
    ]);
    return new Map(found.map((row) => [`${row.flow_id} ${row.idempotency_key}`, row.id]));
  }
}

function idOf(byKey: Map<string, string>, draft: FlowRunDraft): string {
  const id = byKey.get(`${draft.flow_id} ${draft.idempotency_key}`);
  if (!id) throw isNotThere();
  return id;
}

const isNotThere = () =>
  conflict(
    'Data integrity conflict. This usually means a unique or foreign key constraint was violated. Is the flow in this workspace?',
  );

/** Also of those that grew when a deployment's were filled in. */
function refuseHugeParameters({ parameters }: FlowRunDraft): void {
  const wrong = parameters && tooLargeParameters(parameters);
  if (wrong) throw invalid(wrong);
}
