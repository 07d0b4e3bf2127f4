import { Inject, Injectable } from '@nestjs/common';
import type { claimRequest } from '@headgate/contracts/rest/flow-runs';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { SharedReads } from '../../../core/batch/shared-reads.js';
import { Database } from '../../../core/db/database.js';
import { TooMuch } from '../../../core/errors/too-much.js';
import { sizeWithin } from '../../../core/json/json-size.js';
import { ClaimsService, type ClaimAnswer } from '../../runs/index.js';
import { AgentPresence } from './agent-presence.js';
import { findFlowNames, findRunnableDeployments, type FlowName, type RunnableDeployment } from './claims.sql.js';
import { PolledPools } from './polled-pools.js';

/** Of runs and their deployments, which may be large, an agent gets so much at once, and one run at least. */
const answeredCharsMax = 16_000_000;

/** The long poll of our agents: presence, claims, and what there is to cancel. */
@Injectable()
export class DispatchService {
  private readonly deployments: SharedReads<RunnableDeployment>;
  private readonly flows: SharedReads<FlowName>;

  constructor(
    @Inject(Database) { sql }: Database,
    @Inject(PolledPools) private readonly pools: PolledPools,
    @Inject(AgentPresence) private readonly presence: AgentPresence,
    @Inject(ClaimsService) private readonly claims: ClaimsService,
  ) {
    this.deployments = new SharedReads((...asked) => findRunnableDeployments(sql, asked));
    this.flows = new SharedReads((...asked) => findFlowNames(sql, asked));
  }

  async claim(ctx: Ctx, poolName: string, body: z.infer<typeof claimRequest>, gone: AbortSignal) {
    const pool = await this.pools.get(ctx, poolName);
    const leaveDesk = await this.presence.attend(ctx, pool, body);
    const wish = {
      poolId: pool.id,
      agentId: body.agent_id,
      agentName: body.agent_name,
      limit: body.limit,
      queueNames: body.work_queue_names,
      leaseSeconds: body.lease_seconds,
    };
    const answer = await this.claims.claim(ctx, wish, body.wait_seconds, gone).finally(leaveDesk);
    return this.describeFirst(ctx, wish.agentId, answer);
  }

  async leave(ctx: Ctx, poolName: string, agentName: string, agentId: string): Promise<void> {
    await this.presence.leave(ctx, await this.pools.get(ctx, poolName), agentName, agentId);
  }

  /** Those for which there is no room are given back: they were claimed before anybody knew how large they are. */
  private async describeFirst(ctx: Ctx, agentId: string, { runs, cancelling }: ClaimAnswer) {
    for (let count = runs.length; ; count = Math.ceil(count / 2)) {
      const described = await this.describe(ctx, { runs: runs.slice(0, count), cancelling }).catch((error: unknown) => {
        if (error instanceof TooMuch && count > 1) return null;
        throw error;
      });
      if (!described || (count > 1 && sizeWithin(described.runs, answeredCharsMax) === null)) continue;
      const left = runs.slice(count).map((each) => each.claim_id);
      if (left.length > 0) await this.claims.release(ctx, agentId, left);
      return described;
    }
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
