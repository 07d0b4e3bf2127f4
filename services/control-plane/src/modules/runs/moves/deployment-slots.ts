import { Inject, Injectable } from '@nestjs/common';
import { ConcurrencyService } from '../../concurrency/index.js';
import type { FactsRow } from './facts.sql.js';
import type { Slot } from '../states/facts.js';

const leaseSecondsDefault = 300;

/** Slots of deployments' concurrency limits: leases, so that what a crash leaves taken comes back by itself. */
@Injectable()
export class DeploymentSlots {
  constructor(@Inject(ConcurrencyService) private readonly concurrency: ConcurrencyService) {}

  async take(run: FactsRow): Promise<Slot> {
    if (run.concurrency_limit === 0) return { kind: 'limitIsZero' };
    const leaseSeconds = run.concurrency_options?.grace_period_seconds ?? leaseSecondsDefault;
    const leaseId = await this.concurrency.acquire(run.workspace_id, run.concurrency_limit_id!, {
      slots: 1,
      leaseSeconds,
      holder: { type: 'flow_run', id: run.id },
    });
    return leaseId
      ? { kind: 'held', leaseId }
      : { kind: 'full', strategy: run.concurrency_options?.collision_strategy ?? 'ENQUEUE' };
  }

  /** Keeps the lease alive; when it is gone, tries for another slot. */
  async renew(run: FactsRow): Promise<Slot> {
    const leaseId = run.state?.state_details.deployment_concurrency_lease_id;
    const leaseSeconds = run.concurrency_options?.grace_period_seconds ?? leaseSecondsDefault;
    if (leaseId && (await this.concurrency.renew(run.workspace_id, leaseId, leaseSeconds)))
      return { kind: 'held', leaseId };
    return leaseId ? this.take(run) : { kind: 'none' };
  }

  release(workspaceId: string, leaseId: string): Promise<void> {
    return this.concurrency.release(workspaceId, leaseId);
  }
}
