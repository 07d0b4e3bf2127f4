import { Inject, Injectable } from '@nestjs/common';
import { stateTypes } from '@headgate/contracts';
import type { TaskRunFilter } from '@headgate/contracts/rest/filters';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { invalid, notFound } from '../../../core/errors/app-error.js';
import type { Filters } from '../../filters/index.js';
import { findTaskRuns } from '../task-runs.queries.js';
import type { TaskRunRow } from '../task-run.js';
import * as queries from './task-run-screens.queries.js';

const bars = 20;
const minuteMs = 60_000;
const over = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'] as const;

/** Task runs as screens want them. */
@Injectable()
export class TaskRunScreens {
  constructor(@Inject(Database) private readonly database: Database) {}

  async get(ctx: Ctx, id: string): Promise<{ run: TaskRunRow; flowRunName: string | null }> {
    const [run] = await findTaskRuns(this.database.db, ctx.workspaceId, [id]);
    if (!run) throw notFound('Task not found');
    const name = run.flow_run_id && (await queries.nameOfFlowRun(this.database.db, ctx.workspaceId, run.flow_run_id));
    return { run, flowRunName: name || null };
  }

  /** How many task runs flow runs have, without those that stand for subflows; none for runs that are not there. */
  async countOfFlowRuns(ctx: Ctx, ids: string[]): Promise<Record<string, number>> {
    const counts = await queries.countWithoutSubflows(this.database.db, ctx.workspaceId, ids);
    return Object.fromEntries(ids.map((id) => [id, counts.find((each) => each.flow_run_id === id)?.count ?? 0]));
  }

  async countByState(ctx: Ctx, filters: Filters): Promise<Record<string, number>> {
    const counts = await queries.countByState(this.database.db, ctx.workspaceId, filters);
    return Object.fromEntries(
      stateTypes.map((type) => [type, counts.find((each) => each.state_type === type)?.count ?? 0]),
    );
  }

  /**
   * Task runs that are over by the twentieth of a span in which they began, from the minute asked for to the end of the
   * minute that is asked for, or of this one. What a filter says of the state does not count.
   */
  async countOverTime(ctx: Ctx, asked: TaskRunFilter, others: Filters) {
    const { after_: after, before_: before } = asked.start_time ?? {};
    if (!after) throw invalid('task_runs.start_time.after_ is required');
    const from = Math.floor(Date.parse(after) / minuteMs) * minuteMs;
    const until = (Math.floor((before ? Date.parse(before) : Date.now()) / minuteMs) + 1) * minuteMs;
    const filters = {
      ...others,
      task_runs: { ...asked, state: { operator: 'and_' as const, type: { any_: [...over] } } },
    };
    const counted = Array.from({ length: bars }, () => ({ completed: 0, failed: 0 }));
    if (until <= from) return counted;
    const span = { from: new Date(from).toISOString(), seconds: (until - from) / 1000 / bars };
    for (const { bar, ...counts } of await queries.countByBar(this.database.db, ctx.workspaceId, span, filters))
      if (counted[bar]) counted[bar] = counts;
    return counted;
  }
}
