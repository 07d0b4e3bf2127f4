import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { RunOfDeployment } from '@headgate/contracts/rest/deployments';
import { asMachine, type AsSystem, type Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { Budget } from '../../../core/documents/budget.js';
import { conflict } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { charsOf, refuseRepeats } from '../../../core/fair/copies.js';
import { inSlices } from '../../../core/fair/in-slices.js';
import { Loops } from '../../../core/loops/loops.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { BlocksService } from '../../blocks/index.js';
import { ParametersService } from '../../parameters/index.js';
import { FlowRunsService, type FlowRunDraft, type FlowRunJson, type FlowRunRow } from '../../runs/index.js';
import { creatorOf } from '../creator.js';
import { deploymentEvent } from '../deployments.events.js';
import { findDeployments, markDeploymentsPolled, markUnpolledDeployments } from '../deployments.queries.js';
import { QueueOfDeployment } from '../queue-of-deployment.js';
import type { RunSource } from './run-source.sql.js';
import { RunSources } from './run-sources.js';

/** A poll is written down at most once in this time per deployment. */
const notedForMs = 10_000;
const notedMax = 50_000;
/** So many runs at once ask what there is to ask, and for connections. */
const sliceMax = 25;
/** Who polls without a bound asks for all that wait. */
const endOfTime = '9999-12-31T23:59:59Z';

/** Runs that are asked of a deployment, and the poll of processes that serve deployments. */
@Injectable()
export class DeploymentRunsService implements OnModuleInit {
  private readonly noted = new Map<string, number>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(RunSources) private readonly sources: RunSources,
    @Inject(QueueOfDeployment) private readonly queues: QueueOfDeployment,
    @Inject(ParametersService) private readonly parameters: ParametersService,
    @Inject(BlocksService) private readonly blocks: BlocksService,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'mark-unpolled-deployments',
      says: 'Marks deployments that nobody polls as not ready.',
      everySeconds: 15,
      pass: (as) => this.markUnpolled(as),
    });
  }

  async create(
    ctx: Ctx,
    deploymentId: string,
    body: RunOfDeployment,
  ): Promise<{ run: FlowRunJson; row: FlowRunRow; created: boolean }> {
    return this.createOf(ctx, await this.sources.of(ctx, deploymentId), body);
  }

  /** Many at once, in one statement and one commit. Answers their ids; a key that is taken gives the run that has it. */
  async createMany(ctx: Ctx, deploymentId: string, bodies: RunOfDeployment[]): Promise<string[]> {
    const deployment = await this.sources.of(ctx, deploymentId);
    await refuseTooMuch(deployment, bodies);
    const budget = new Budget(ctx.workspaceId);
    const drafts = await inSlices(bodies, sliceMax, async (slice) => {
      const parameters: Record<string, unknown>[] = [];
      for (const body of slice) {
        parameters.push(await this.parametersOf(ctx, deployment, body, budget));
        await budget.breathe();
      }
      return Promise.all(
        slice.map((body, at) => this.draftOf(ctx, deployment, body, { parameters: parameters[at]!, budget })),
      );
    });
    return this.runs.createAll(ctx, drafts.flat());
  }

  /** Many, each for itself. */
  async createEach(ctx: Ctx, deploymentId: string, bodies: RunOfDeployment[]) {
    const deployment = await this.sources.of(ctx, deploymentId);
    await refuseTooMuch(deployment, bodies);
    const outcomes = await inSlices(bodies, sliceMax, (slice) =>
      Promise.allSettled(slice.map((body) => this.createOf(ctx, deployment, body))),
    );
    return outcomes.flat();
  }

  private async createOf(ctx: Ctx, deployment: RunSource, body: RunOfDeployment) {
    const budget = new Budget(ctx.workspaceId);
    const parameters = await this.parametersOf(ctx, deployment, body, budget);
    return this.runs.create(ctx, await this.draftOf(ctx, deployment, body, { parameters, budget }));
  }

  private async draftOf(
    ctx: Ctx,
    deployment: RunSource,
    body: RunOfDeployment,
    { parameters, budget }: { parameters: Record<string, unknown>; budget: Budget },
  ): Promise<FlowRunDraft> {
    await this.refuseUnknownBlock(ctx, body.infrastructure_document_id);
    const queue = await this.queues.ofRun(ctx, deployment, body, budget);
    return {
      flow_id: deployment.flow_id,
      name: body.name,
      state: body.state ?? { type: 'SCHEDULED', state_details: { scheduled_time: wireTime() } },
      parameters,
      context: body.context ?? {},
      tags: [...new Set([...(body.tags ?? []), ...deployment.tags])],
      labels: { ...deployment.labels, ...body.labels },
      parent_task_run_id: body.parent_task_run_id,
      empirical_policy: body.empirical_policy,
      idempotency_key: body.idempotency_key,
      infrastructure_document_id: body.infrastructure_document_id ?? deployment.infrastructure_document_id,
      deployment: { id: deployment.id, version: deployment.version },
      job_variables: body.job_variables,
      created_by: creatorOf(ctx.actor),
      ...queue,
    };
  }

  private async refuseUnknownBlock(ctx: Ctx, id: string | null | undefined): Promise<void> {
    if (id && !(await this.blocks.exists(ctx, this.database.db, id)))
      throw conflict(`Error creating flow run. Could not find infrastructure block with id: ${id}.`);
  }

  /** The deployment's parameters, overlaid by the run's. */
  private parametersOf(
    ctx: Ctx,
    deployment: RunSource,
    body: RunOfDeployment,
    budget: Budget,
  ): Promise<Record<string, unknown>> {
    const enforces = body.enforce_parameter_schema ?? deployment.enforce_parameter_schema;
    const schema = enforces ? deployment.parameter_openapi_schema : null;
    const given = { ...deployment.parameters, ...body.parameters };
    return this.parameters.checked(ctx, given, { doing: 'creating flow run', schema, complete: true }, budget);
  }

  /** What a process that serves these deployments may start. Deployments that are not there are left out. */
  async scheduled(ctx: Ctx, ids: string[], before: string | undefined, limit: number): Promise<FlowRunJson[]> {
    await this.notePoll(ctx, ids);
    return this.runs.scheduledForDeployments(ctx, ids, before ?? endOfTime, limit);
  }

  private async notePoll(ctx: Ctx, ids: string[]): Promise<void> {
    const now = Date.now();
    const keyOf = (id: string) => `${ctx.workspaceId} ${id}`;
    const due = ids.filter((id) => (this.noted.get(keyOf(id)) ?? 0) < now - notedForMs);
    if (due.length === 0) return;
    if (this.noted.size > notedMax) this.noted.clear();
    for (const id of due) this.noted.set(keyOf(id), now);
    await this.work.during(async (tx) =>
      this.tell(asMachine(ctx, 'presence'), tx, 'ready', await markDeploymentsPolled(tx, ctx.workspaceId, due)),
    );
  }

  private async tell(ctx: Ctx, tx: Db, what: 'ready' | 'not-ready', ids: string[]): Promise<number> {
    const deployments = ids.length > 0 ? await findDeployments(tx, ctx.workspaceId, ids) : [];
    await this.work.tell(
      ctx,
      tx,
      deployments.map((each) => deploymentEvent(what, each)),
    );
    return deployments.length;
  }

  private async markUnpolled(as: AsSystem) {
    const unpolled = await this.work.during(async (tx) => {
      const rows = await markUnpolledDeployments(tx);
      const workspaces = [...new Set(rows.map((row) => row.workspace_id))];
      let told = 0;
      for (const workspaceId of workspaces) {
        const ids = rows.filter((row) => row.workspace_id === workspaceId).map((row) => row.id);
        told += await this.tell(as(workspaceId), tx, 'not-ready', ids);
      }
      return told;
    });
    return { unpolled };
  }
}

/** What the deployment gives to each run is written for each, and what is asked for each may be one text, named often. */
const refuseTooMuch = ({ parameters, labels, tags }: RunSource, bodies: RunOfDeployment[]): Promise<void> =>
  refuseRepeats(
    { what: 'What request and deployment give to a run', chars: charsOf([parameters, labels, tags]), rows: 'runs' },
    bodies,
  );
