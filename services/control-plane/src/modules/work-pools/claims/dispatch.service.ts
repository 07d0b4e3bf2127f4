import { Inject, Injectable } from '@nestjs/common';
import type { claimRequest } from '@headgate/contracts/rest/flow-runs';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { SharedReads } from '../../../core/batch/shared-reads.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { ClaimsService, type ClaimAnswer } from '../../runs/index.js';
import type { ServedPool } from '../pools/work-pool.js';
import { WorkersService } from '../workers/workers.service.js';
import {
  findFlowNames,
  findPolledPools,
  findRunnableDeployments,
  type FlowName,
  type RunnableDeployment,
} from './claims.sql.js';
import { PollingService } from './polling.service.js';

const presenceSeconds = 20;
const presenceKey = (pool: ServedPool, agentName: string): string => `${pool.id}/${agentName}`;

/** The long poll of our agents: presence, claims, and what there is to cancel. */
@Injectable()
export class DispatchService {
  private readonly seen = new Map<string, number>();
  private readonly pools: SharedReads<ServedPool>;
  private readonly deployments: SharedReads<RunnableDeployment>;
  private readonly flows: SharedReads<FlowName>;

  constructor(
    @Inject(Database) { sql }: Database,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(PollingService) private readonly polling: PollingService,
    @Inject(ClaimsService) private readonly claims: ClaimsService,
  ) {
    this.pools = new SharedReads((...asked) => findPolledPools(sql, asked));
    this.deployments = new SharedReads((...asked) => findRunnableDeployments(sql, asked));
    this.flows = new SharedReads((...asked) => findFlowNames(sql, asked));
  }

  async claim(ctx: Ctx, poolName: string, body: z.infer<typeof claimRequest>, gone: AbortSignal) {
    const pool = await this.pool(ctx, poolName);
    await this.notePresence(ctx, pool, body);
    const wish = {
      poolId: pool.id,
      agentId: body.agent_id,
      agentName: body.agent_name,
      limit: body.limit,
      queueNames: body.work_queue_names,
      leaseSeconds: body.lease_seconds,
    };
    return this.describe(ctx, await this.claims.claim(ctx, wish, body.wait_seconds, gone));
  }

  private async pool(ctx: Ctx, name: string): Promise<ServedPool> {
    const pool = await this.pools.find(ctx.workspaceId, name);
    if (!pool) throw notFound(`Work pool "${name}" not found.`);
    return pool;
  }

  /** Another agent of that name says with its next poll that it is still there. */
  async leave(ctx: Ctx, poolName: string, agentName: string): Promise<void> {
    const pool = await this.pool(ctx, poolName);
    this.seen.delete(presenceKey(pool, agentName));
    await this.workers.leave(pool, agentName);
  }

  /** An agent that waits costs one row update every twenty seconds, shared with all the others. */
  private async notePresence(ctx: Ctx, pool: ServedPool, body: z.infer<typeof claimRequest>): Promise<void> {
    const key = presenceKey(pool, body.agent_name);
    const now = Date.now();
    if ((this.seen.get(key) ?? 0) > now - presenceSeconds * 1000 && pool.status === 'READY') return;
    if (this.seen.size > 50_000) this.seen.clear();
    this.seen.set(key, now);
    await this.workers.beat(pool, body.agent_name, presenceSeconds);
    await this.polling.note(ctx, pool, body.work_queue_names.length > 0 ? body.work_queue_names : null);
  }

  private async describe(ctx: Ctx, answer: ClaimAnswer) {
    if (answer.runs.length === 0) return { runs: [], cancelling: answer.cancelling };
    const runs = answer.runs.map((each) => each.flow_run);
    const [deployments, flows] = await Promise.all([
      this.deployments.findAll(
        ctx.workspaceId,
        runs.flatMap((run) => run.deployment_id ?? []),
      ),
      this.flows.findAll(
        ctx.workspaceId,
        runs.map((run) => run.flow_id),
      ),
    ]);
    const deploymentOf = new Map(deployments.map((deployment) => [deployment.id, deployment]));
    const flowOf = new Map(flows.map((flow) => [flow.id, flow]));
    const described = answer.runs.map((each) => ({
      ...each,
      flow: flowOf.get(each.flow_run.flow_id) ?? { id: each.flow_run.flow_id, name: '' },
      deployment: deploymentOf.get(each.flow_run.deployment_id ?? '') ?? null,
    }));
    return { runs: described, cancelling: answer.cancelling };
  }
}
