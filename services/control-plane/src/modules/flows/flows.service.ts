import { Inject, Injectable } from '@nestjs/common';
import type { NextRunJson } from '@headgate/contracts/rest/answers/screens';
import { newId } from '@headgate/contracts';
import type { flowUpdate } from '@headgate/contracts/rest/flows';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import type { Sql } from '../../core/db/fixed.js';
import { joined } from '../../core/db/joined.js';
import { invariant, notFound } from '../../core/errors/app-error.js';
import type { EventDraft } from '../../core/events/events.js';
import { Work } from '../../core/unit-of-work/work.js';
import type { Filters } from '../filters/index.js';
import { FlowRunsService, type FlowRunRow } from '../runs/index.js';
import type { FlowRow } from './flow.js';
import * as queries from './flows.queries.js';
import { selectFlowByName } from './flows.sql.js';

const deletedAtOnce = 500;

type FlowDraft = { name: string; tags?: string[] | null | undefined; labels?: object | null | undefined };

/** The use cases of flows. */
@Injectable()
export class FlowsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  /** The flow of that name, made when it is not there: the first call of every run, so the look comes before the write. */
  async ensure(ctx: Ctx, draft: FlowDraft): Promise<{ flow: FlowRow; created: boolean }> {
    const known = await this.findByName(ctx, draft.name);
    if (known) return { flow: known, created: false };
    const made = await this.work.during((tx) => this.make(ctx, tx, draft));
    const flow = made ?? (await this.findByName(ctx, draft.name));
    invariant(flow, 'a flow that could not be inserted is there');
    return { flow, created: made !== null };
  }

  /** The same in the unit of work of what is made with its flow: both, or none. */
  async ensureWith(ctx: Ctx, tx: Db, name: string): Promise<FlowRow> {
    const sql = joined(tx);
    const flow =
      (await this.findByName(ctx, name, sql)) ??
      (await this.make(ctx, tx, { name })) ??
      (await this.findByName(ctx, name, sql));
    invariant(flow, 'a flow that could not be inserted is there');
    return flow;
  }

  /** Null when there is one of that name. */
  private async make(ctx: Ctx, tx: Db, { name, tags, labels }: FlowDraft): Promise<FlowRow | null> {
    const row = { id: newId(), name, tags: tags ?? [], labels: labels ?? {} };
    const flow = await queries.insertFlow(tx, ctx.workspaceId, row);
    if (flow) await this.work.tell(ctx, tx, [flowEvent('created', flow)]);
    return flow;
  }

  async get(ctx: Ctx, id: string): Promise<FlowRow> {
    const [flow] = await queries.findFlows(this.database.db, ctx.workspaceId, [id]);
    if (!flow) throw notFound('Flow not found');
    return flow;
  }

  async getByName(ctx: Ctx, name: string): Promise<FlowRow> {
    const flow = await this.findByName(ctx, name);
    if (!flow) throw notFound('Flow not found');
    return flow;
  }

  private async findByName(ctx: Ctx, name: string, sql: Sql = this.database.sql): Promise<FlowRow | null> {
    return (await selectFlowByName(sql, [ctx.workspaceId, name]))[0] ?? null;
  }

  getMany(ctx: Ctx, ids: string[]): Promise<FlowRow[]> {
    return queries.findFlows(this.database.db, ctx.workspaceId, ids);
  }

  list(
    ctx: Ctx,
    filters: Filters,
    page: { sort?: string | undefined; limit: number; offset: number },
  ): Promise<FlowRow[]> {
    return queries.listFlows(this.database.db, ctx.workspaceId, filters, page);
  }

  count(ctx: Ctx, filters: Filters): Promise<number> {
    return queries.countFlows(this.database.db, ctx.workspaceId, filters);
  }

  countByName(ctx: Ctx, by: { search?: string | undefined; tags?: string[] | undefined }): Promise<number> {
    return queries.countFlowsByName(this.database.db, ctx.workspaceId, by);
  }

  listByName(
    ctx: Ctx,
    by: { search?: string | undefined; tags?: string[] | undefined },
    first: number,
    after: string | null,
  ): Promise<FlowRow[]> {
    return queries.listFlowsByName(this.database.db, ctx.workspaceId, by, first, after);
  }

  async update(ctx: Ctx, tx: Db, id: string, { tags, labels }: z.output<typeof flowUpdate>): Promise<FlowRow> {
    const flow = await queries.updateFlow(tx, ctx.workspaceId, id, {
      ...(tags && { tags }),
      ...(labels && { labels }),
    });
    if (!flow) throw notFound('Flow not found');
    await this.work.tell(ctx, tx, [flowEvent('updated', flow)]);
    return flow;
  }

  async delete(ctx: Ctx, id: string): Promise<void> {
    if ((await this.deleteMany(ctx, [id])).length === 0) throw notFound('Flow not found');
  }

  /**
   * Deletes flows with their deployments and runs. Answers the ids of those that were there. The runs go first, batch by
   * batch: if it is cut short the flow is still there to be deleted again. Once more after, for runs made in between.
   */
  async deleteMany(ctx: Ctx, ids: string[]): Promise<string[]> {
    await this.deleteRuns(ctx, ids);
    const gone = await this.work.during(async (tx) => {
      const flows = await queries.deleteFlows(tx, ctx.workspaceId, ids);
      await this.work.tell(
        ctx,
        tx,
        flows.map((flow) => flowEvent('deleted', flow)),
      );
      return flows;
    });
    await this.deleteRuns(ctx, ids);
    return gone.map((flow) => flow.id);
  }

  private async deleteRuns(ctx: Ctx, flowIds: string[]): Promise<void> {
    for (let more = true; more;) {
      const runIds = await queries.findRunIdsOfFlows(this.database.db, ctx.workspaceId, flowIds, deletedAtOnce);
      await this.runs.deleteMany(ctx, runIds);
      more = runIds.length === deletedAtOnce;
    }
  }

  /** How many deployments each flow has; none for flows that are not there. */
  async countDeployments(ctx: Ctx, flowIds: string[]): Promise<Record<string, number>> {
    const counts = await queries.countDeploymentsOfFlows(this.database.db, ctx.workspaceId, flowIds);
    return Object.fromEntries(flowIds.map((id) => [id, counts.find((each) => each.flow_id === id)?.count ?? 0]));
  }

  /** The run of each flow that is next in time among those that wait for theirs. */
  async nextRuns(ctx: Ctx, flowIds: string[]): Promise<Record<string, NextRunJson | null>> {
    const runs = await queries.findNextRunsOfFlows(this.database.db, ctx.workspaceId, flowIds);
    return Object.fromEntries(flowIds.map((id) => [id, runs.find((each) => each.flow_id === id) ?? null]));
  }

  /** Runs of flows, by flow. */
  async runsOf(
    ctx: Ctx,
    flowIds: string[],
    which: 'last' | 'next' | 'recent',
    first: number,
  ): Promise<{ id: string; runs: FlowRunRow[] }[]> {
    const pairs = await queries.findRunsOfFlows(this.database.db, ctx.workspaceId, flowIds, which, first);
    const rows = new Map(
      (
        await this.runs.getMany(
          ctx,
          pairs.map((pair) => pair.id),
        )
      ).map((row) => [row.id, row]),
    );
    return flowIds.map((id) => ({
      id,
      runs: pairs.filter((pair) => pair.flow_id === id).flatMap((pair) => rows.get(pair.id) ?? []),
    }));
  }
}

const flowEvent = (what: string, flow: FlowRow): EventDraft => ({
  event: `prefect.flow.${what}`,
  resource: { 'prefect.resource.id': `prefect.flow.${flow.id}`, 'prefect.resource.name': flow.name },
  payload: { name: flow.name, tags: flow.tags, labels: flow.labels },
});
