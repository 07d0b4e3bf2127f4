import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { Turns } from '../../../core/fair/turns.js';
import { Live, topics } from '../../../core/live/live.js';
import type { WorkPoolRow } from '../pools/work-pool.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import { Sight, SightOfPool } from './sight-of-pool.js';

/** Pools as the channels of this process show them to their workers: as long as there is a channel. */
@Injectable()
export class PoolSights {
  private readonly sights = new Map<string, { sight: SightOfPool; stop: () => void }>();

  constructor(
    @Inject(Live) private readonly live: Live,
    @Inject(Turns) private readonly turns: Turns,
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
  ) {}

  of(ctx: Ctx, { id }: WorkPoolRow): SightOfPool {
    return this.sights.get(id)?.sight ?? this.begin(ctx, id);
  }

  private begin(ctx: Ctx, id: string): SightOfPool {
    const sight = new SightOfPool({
      read: async () => {
        const [pool] = await this.pools.getMany(ctx, [id]);
        return pool ? new Sight(pool) : null;
      },
      inTurn: async (work) => {
        const beganAt = performance.now();
        await this.turns.during('outgoing', ctx.workspaceId, async () => work());
        await this.turns.breathe(ctx.workspaceId, performance.now() - beganAt);
      },
      unwatched: () => {
        this.sights.get(id)?.stop();
        this.sights.delete(id);
      },
    });
    const stops = [
      this.live.subscribe(topics.poolChanged(id), () => sight.mayHaveChanged()),
      this.live.onGap(() => sight.mayHaveChanged()),
    ];
    this.sights.set(id, { sight, stop: () => stops.forEach((stop) => stop()) });
    return sight;
  }
}
