import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { RunOfDeployment } from '@headgate/contracts/rest/deployments';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { badRequest, conflict, notFound } from '../../../core/errors/app-error.js';
import { Events, wireTime } from '../../../core/events/events.js';
import { Loops } from '../../../core/loops/loops.js';
import { FlowRunsService, type FlowRunJson, type FlowRunRow } from '../../runs/index.js';
import { refuseWrongJobVariables, WorkPoolsService, WorkQueuesService } from '../../work-pools/index.js';
import { deploymentEvent } from '../deployments.events.js';
import { markDeploymentsPolled, markUnpolledDeployments } from '../deployments.queries.js';
import { hydrate, HydrationError } from '../parameters/hydrate.js';
import { wrongParameters } from '../parameters/validate.js';
import { selectRunSource, type RunSource } from './run-source.sql.js';

type Asker = Pick<Ctx, 'workspaceId'> & Partial<Pick<Ctx, 'actor'>>;
/** A poll is written down at most once in this time per deployment. */
const notedForMs = 10_000;

/** Runs that are asked of a deployment, and the poll of processes that serve deployments. */
@Injectable()
export class DeploymentRunsService implements OnModuleInit {
  private readonly noted = new Map<string, number>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
  ) {}

  onModuleInit(): void {
    this.loops.add({ name: 'mark-unpolled-deployments', everySeconds: 15, pass: () => this.markUnpolled() });
  }

  async create(ctx: Asker, deploymentId: string, body: RunOfDeployment): Promise<{ run: FlowRunJson; row: FlowRunRow; created: boolean }> {
    const [deployment] = await selectRunSource(this.database.sql, [ctx.workspaceId, deploymentId]);
    if (!deployment) throw notFound('Deployment not found');
    const parameters = checkedParameters(deployment, body);
    const queue = await this.queueOf(ctx, deployment, body);
    return this.runs.create(ctx, {
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
      created_by: creatorOf(ctx),
      ...queue,
    });
  }

  private async queueOf(ctx: Asker, deployment: RunSource, body: RunOfDeployment): Promise<{ work_queue_id: string | null; work_pool_id: string | null }> {
    if (body.work_queue_name && !deployment.work_pool_name) throw badRequest(`Cannot set work queue: the deployment ${deployment.name} has no work pool.`);
    const needsPool = body.work_queue_name || (body.job_variables && deployment.work_pool_name);
    if (!needsPool) return { work_queue_id: deployment.work_queue_id, work_pool_id: deployment.work_pool_id };
    const pool = await this.pools.get(ctx, deployment.work_pool_name!);
    refuseWrongJobVariables(pool.base_job_template, { ...deployment.job_variables, ...body.job_variables }, 'creating flow run');
    if (!body.work_queue_name) return { work_queue_id: deployment.work_queue_id, work_pool_id: pool.id };
    const queue = await this.queues.ensure(this.database.db, ctx.workspaceId, pool, body.work_queue_name);
    return { work_queue_id: queue.id, work_pool_id: pool.id };
  }

  /** What a process that serves these deployments may start. Deployments that are not there are left out. */
  async scheduled(ctx: Asker, ids: string[], before: string | undefined, limit: number): Promise<FlowRunJson[]> {
    await this.notePoll(ctx, ids);
    return this.runs.scheduledForDeployments(ctx, ids, before ?? wireTime(), limit);
  }

  private async notePoll(ctx: Asker, ids: string[]): Promise<void> {
    const now = Date.now();
    const due = ids.filter((id) => (this.noted.get(id) ?? 0) < now - notedForMs);
    if (due.length === 0) return;
    if (this.noted.size > 50_000) this.noted.clear();
    for (const id of due) this.noted.set(id, now);
    const ready = await markDeploymentsPolled(this.database.db, ctx.workspaceId, due);
    const events = await this.events.append(this.database.db, ctx.workspaceId, ready.map((each) => deploymentEvent('ready', each)));
    this.events.announce(ctx.workspaceId, events);
  }

  private async markUnpolled() {
    const rows = await markUnpolledDeployments(this.database.db);
    for (const row of rows) {
      const told = await this.events.append(this.database.db, row.workspace_id, [deploymentEvent('not-ready', row)]);
      this.events.announce(row.workspace_id, told);
    }
    return { unpolled: rows.length };
  }
}

function checkedParameters(deployment: RunSource, body: RunOfDeployment): Record<string, unknown> {
  let parameters: Record<string, unknown>;
  try {
    parameters = hydrate({ ...deployment.parameters, ...body.parameters });
  } catch (error) {
    if (error instanceof HydrationError) throw badRequest(`Error hydrating flow run parameters: ${error.message}`);
    throw error;
  }
  if (!(body.enforce_parameter_schema ?? deployment.enforce_parameter_schema)) return parameters;
  const wrong = wrongParameters(deployment.parameter_openapi_schema, parameters);
  if (wrong) throw conflict(`Error creating flow run: ${wrong}`);
  return parameters;
}

const creatorOf = ({ actor }: Asker) => (actor?.kind === 'user' ? { id: actor.userId, type: 'USER', display_value: actor.name } : null);
