import { Inject, Injectable } from '@nestjs/common';
import { tooLargeParameters } from '@headgate/contracts/rest/common';
import { MicroBatch } from '../../../core/batch/micro-batch.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { jsonRows } from '../../../core/db/json-rows.js';
import { joined } from '../../../core/db/joined.js';
import { conflict, invalid } from '../../../core/errors/app-error.js';
import { Events, wireTime } from '../../../core/events/events.js';
import { Live, topics } from '../../../core/live/live.js';
import type { FlowRunRow } from '../flow-runs/flow-run.js';
import { selectFlowRuns } from '../flow-runs/flow-runs.sql.js';
import { createRuns, createRunsSilently, selectByIdempotencyKey, type CreatedRow } from './create.sql.js';
import { newRun, type FlowRunDraft, type NewRun } from './new-run.js';

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
  ) {
    this.creations = new MicroBatch((runs) => this.write(runs));
  }

  /** The run, and whether it is new: a key that is taken gives the run that has it. Throws conflict when the flow is not there. */
  async create(workspaceId: string, draft: FlowRunDraft): Promise<{ run: FlowRunRow; created: boolean }> {
    refuseHugeParameters(draft);
    const wanted = newRun(workspaceId, draft, wireTime());
    const made = await this.creations.submit(wanted);
    if (!made) return { run: await this.existing(workspaceId, draft), created: false };
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
  async createAll(workspaceId: string, drafts: FlowRunDraft[]): Promise<string[]> {
    for (const draft of drafts) refuseHugeParameters(draft);
    const now = wireTime();
    const runs = drafts.map((draft) => newRun(workspaceId, draft, now));
    const made = await this.write(runs);
    return Promise.all(
      runs.map(async ({ run }, at) => (made[at] ? run.id : (await this.existing(workspaceId, drafts[at]!)).id)),
    );
  }

  /**
   * The scheduler's way, in its transaction: what is there already is left alone, nothing is told. After the commit the
   * caller wakes the pools that got new runs.
   */
  async createMany(db: Db, workspaceId: string, drafts: FlowRunDraft[]): Promise<CreatedMany> {
    const now = wireTime();
    const runs = drafts.map((draft) => newRun(workspaceId, draft, now));
    const made = await createRunsSilently(joined(db), [jsonRows(runs.map((each) => each.row))]);
    const pools = made.length > 0 ? runs.flatMap(({ run }) => run.work_pool_id ?? []) : [];
    return { made: made.length, pools };
  }

  /** Those who wait for runs of these pools look again. */
  wake(pools: string[]): void {
    for (const pool of new Set(pools)) this.live.publish(topics.pool(pool));
  }

  private async write(runs: NewRun[]): Promise<(CreatedRow | null)[]> {
    const made = await createRuns(this.database.sql, [jsonRows(runs.map((each) => each.row))]);
    const byId = new Map(made.map((row) => [row.id, row]));
    this.tell(runs, byId);
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

  private async existing(workspaceId: string, draft: FlowRunDraft): Promise<FlowRunRow> {
    const found = draft.idempotency_key
      ? await selectByIdempotencyKey(this.database.sql, [[workspaceId], [draft.flow_id], [draft.idempotency_key]])
      : [];
    const [run] = found[0] ? await selectFlowRuns(this.database.sql, [workspaceId, [found[0].id]]) : [];
    if (!run)
      throw conflict(
        'Data integrity conflict. This usually means a unique or foreign key constraint was violated. Is the flow in this workspace?',
      );
    return run;
  }
}

/** Also of those that grew when a deployment's were filled in. */
function refuseHugeParameters({ parameters }: FlowRunDraft): void {
  const wrong = parameters && tooLargeParameters(parameters);
  if (wrong) throw invalid(wrong);
}
