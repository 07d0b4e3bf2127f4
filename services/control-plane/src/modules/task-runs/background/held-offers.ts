import type { Ctx } from '../../../core/access/ctx.js';
import { leaseSeconds, type Offer, type OffersService } from './offers.service.js';

const renewMs = (leaseSeconds * 1000) / 3;
/** Who has taken more without starting them is trusted with the oldest. */
const heldMax = 2_000;

/**
 * What one worker has and has not started, as far as is known. It is the worker's as long as its connection stands; after
 * that the lease runs out, within which a worker that comes back may start it, and then it is offered to others.
 */
export class HeldOffers {
  private readonly offers = new Map<string, Offer>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly service: OffersService,
    private readonly ctx: Ctx,
  ) {
    this.timer = setInterval(() => void this.renew().catch(() => undefined), renewMs);
  }

  add(offer: Offer): void {
    this.offers.set(offer.id, offer);
    if (this.offers.size <= heldMax) return;
    const [oldest] = this.offers.values();
    this.offers.delete(oldest!.id);
    void this.service.trust(this.ctx, oldest!).catch(() => undefined);
  }

  remove({ id }: Offer): void {
    this.offers.delete(id);
  }

  leave(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    const asked = [...this.offers.values()];
    const waiting = new Set((await this.service.renew(this.ctx, asked)).map(({ id }) => id));
    for (const { id } of asked) if (!waiting.has(id)) this.offers.delete(id);
  }
}
