import { Inject, Injectable } from '@nestjs/common';
import { name } from '@headgate/contracts/rest/common';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import type { Budget } from '../../core/documents/budget.js';
import { badRequest, invalid, notFound } from '../../core/errors/app-error.js';
import { JobVariables, type JobCheck } from '../job-variables/index.js';
import { plainQueueJson, WorkPoolsService, WorkQueuesService } from '../work-pools/index.js';
import type { DeploymentRow } from './deployment.js';
import type { RunSource } from './runs/run-source.sql.js';

type Wish = {
  work_pool_name?: string | null | undefined;
  work_queue_name?: string | null | undefined;
  job_variables?: Record<string, unknown> | null | undefined;
};
export type QueueOfRun = { work_queue_id: string | null; work_pool_id: string | null };

/** Which queue a deployment's runs wait in; job variables are checked against the template of its pool. */
@Injectable()
export class QueueOfDeployment {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(JobVariables) private readonly variables: JobVariables,
  ) {}

  /**
   * Undefined: the wish does not speak of it. Null: no queue any more, which only an update of what was there before can
   * say. A queue that is not there is made, a pool is not.
   */
  async resolve(ctx: Ctx, tx: Db, wish: Wish, before?: DeploymentRow): Promise<string | null | undefined> {
    const { work_pool_name: poolName, work_queue_name: queueName } = wish;
    if (before && poolName === null) return null;
    const pooled = poolName ?? before?.work_pool_name ?? null;
    if (!poolName && !queueName && !(pooled && wish.job_variables)) return undefined;
    const pool = pooled ? await this.pools.find(ctx, tx, pooled) : await this.pools.ensureAgentPool(ctx, tx);
    if (!pool) throw notFound(`Work pool "${pooled}" not found.`);
    if (!poolName && !queueName) return undefined;
    refuseUnreachable(queueName);
    return queueName ? (await this.queues.ensure(ctx, tx, pool, queueName)).id : pool.default_queue_id;
  }

  /** Job variables against the pool that they are for. Takes its time, and is asked before anything is locked. */
  async refuseWrongVariables(
    ctx: Ctx,
    wish: Wish,
    { doing, budget }: Pick<JobCheck, 'doing' | 'budget'>,
    before?: DeploymentRow,
  ): Promise<void> {
    const poolName = wish.work_pool_name === undefined ? before?.work_pool_name : wish.work_pool_name;
    if (!poolName || Object.keys(wish.job_variables ?? {}).length === 0) return;
    const pool = await this.pools.find(ctx, this.database.db, poolName);
    if (!pool) throw notFound(`Work pool "${poolName}" not found.`);
    const check = { doing, budget, complete: false };
    await this.variables.refuseWrong(ctx, pool.base_job_template, wish.job_variables!, check);
  }

  /** The queues that hand out the deployment's runs, as the wire shows them there: it has one, or none. */
  async serving(ctx: Ctx, { work_queue_id: id }: DeploymentRow) {
    return id ? (await this.queues.getMany(ctx, [id])).map(plainQueueJson) : [];
  }

  /** The queue of one run: the deployment's, or the one that the run asks for in the deployment's pool. */
  async ofRun(
    ctx: Ctx,
    deployment: RunSource,
    wish: Omit<Wish, 'work_pool_name'>,
    budget: Budget,
  ): Promise<QueueOfRun> {
    const { work_pool_name: poolName, work_queue_id, work_pool_id } = deployment;
    if (wish.work_queue_name && !poolName)
      throw badRequest(
        `Cannot create flow run in work queue ${wish.work_queue_name} because deployment ${deployment.id} is not associated with a work pool. Please remove work_pool_name and try again.`,
      );
    const checks = wish.job_variables || deployment.requires_job_variables;
    if (!poolName || !(wish.work_queue_name || checks)) return { work_queue_id, work_pool_id };
    const pool = await this.pools.find(ctx, this.database.db, poolName);
    if (!pool) throw notFound(`Work pool "${poolName}" not found.`);
    const given = { ...deployment.job_variables, ...wish.job_variables };
    const check = { doing: 'creating flow run', complete: true, budget };
    if (checks) await this.variables.refuseWrong(ctx, pool.base_job_template, given, check);
    if (!wish.work_queue_name) return { work_queue_id, work_pool_id };
    refuseUnreachable(wish.work_queue_name);
    const { work_queue_name: name } = wish;
    const queue = await this.queues.ensureNow(ctx, pool, name);
    return { work_queue_id: queue.id, work_pool_id: pool.id };
  }
}

/** A queue that would be made under this name could not be asked for. */
function refuseUnreachable(queueName: string | null | undefined): void {
  if (queueName && !name.safeParse(queueName).success)
    throw invalid(`Invalid name of a work queue: ${queueName}. It must not contain / % & > <`);
}
