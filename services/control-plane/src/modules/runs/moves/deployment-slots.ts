import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { ConcurrencyService } from '../../concurrency/index.js';
import type { Client } from '../flow-runs/client.js';
import type { FactsRow } from './facts.sql.js';
import type { Slot } from '../states/facts.js';

const leaseSecondsDefault = 300;
/** Who does not renew keeps its slot until its run is over: no lease of it runs out. */
const leaseSecondsEndless = 20 * 365 * 86_400;

/** Slots of deployments' concurrency limits: leases, so that what a crash leaves taken comes back by itself. */
@Injectable()
export class DeploymentSlots {
  constructor(@Inject(ConcurrencyService) private readonly concurrency: ConcurrencyService) {}

  /** A slot for a run that is about to be prepared. */
  async take(ctx: Ctx, run: FactsRow): Promise<Slot> {
    if (run.concurrency_limit === 0) return { kind: 'limitIsZero' };
    const held = leaseOf(run);
    const seconds = graceOf(run);
    if (held && (await this.concurrency.renew(ctx, held, seconds))) return { kind: 'held', leaseId: held };
    return this.acquire(ctx, run, seconds);
  }

  /** The slot of a prepared run, which may have lost it by now. Clients that never renew cannot be told so: they run. */
  async check(ctx: Ctx, run: FactsRow, { renewsLeases }: Client): Promise<Slot> {
    const held = leaseOf(run);
    if (!held) return { kind: 'none' };
    const seconds = renewsLeases ? graceOf(run) : leaseSecondsEndless;
    if (await this.concurrency.renew(ctx, held, seconds)) return { kind: 'held', leaseId: held };
    const slot = await this.acquire(ctx, run, seconds);
    return slot.kind === 'full' && !renewsLeases ? { kind: 'none' } : slot;
  }

  release(ctx: Ctx, leaseId: string): Promise<void> {
    return this.concurrency.release(ctx, leaseId);
  }

  private async acquire(ctx: Ctx, run: FactsRow, leaseSeconds: number): Promise<Slot> {
    const leaseId = await this.concurrency.acquire(ctx, run.concurrency_limit_id!, {
      slots: 1,
      leaseSeconds,
      holder: { type: 'flow_run', id: run.id },
    });
    return leaseId ? { kind: 'held', leaseId } : fullFor(run);
  }
}

const leaseOf = (run: FactsRow): string | null => run.state?.state_details.deployment_concurrency_lease_id ?? null;
const graceOf = (run: FactsRow): number => run.concurrency_options?.grace_period_seconds ?? leaseSecondsDefault;
const fullFor = (run: FactsRow): Slot => ({
  kind: 'full',
  strategy: run.concurrency_options?.collision_strategy ?? 'ENQUEUE',
});

/** Whether there is one, without taking it. */
export const slotSeen = (run: FactsRow): Slot =>
  run.concurrency_used! + 1 > run.concurrency_limit! + 1e-6 ? fullFor(run) : { kind: 'free' };
