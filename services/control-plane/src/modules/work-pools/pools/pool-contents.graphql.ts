import { Inject } from '@nestjs/common';
import { Context, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { groupedBy } from '../../../core/batch/grouped.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import { loaderOf } from '../../../core/graphql/loader.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { toWorkQueueObject, WorkQueueObject } from '../queues/work-queue.objects.js';
import { WorkQueuesService } from '../queues/work-queues.service.js';
import { SlotsService } from '../slots/slots.service.js';
import { WorkersService } from '../workers/workers.service.js';
import { toWorkerObject, WorkerObject, WorkPoolObject } from './work-pool.objects.js';

const workersShown = 200;

/** What is in a pool: its queues, its workers, the runs that hold its slots. */
@Resolver(() => WorkPoolObject)
export class PoolContentsResolver {
  constructor(
    @Inject(WorkQueuesService) private readonly queues: WorkQueuesService,
    @Inject(WorkersService) private readonly roster: WorkersService,
    @Inject(SlotsService) private readonly slots: SlotsService,
  ) {}

  @Priced({ own: batched, size: 10 })
  @ResolveField(() => [WorkQueueObject], { description: 'In the order in which they are served.' })
  async workQueues(@Parent() pool: WorkPoolObject, @Context() context: GraphqlContext): Promise<WorkQueueObject[]> {
    const loader = loaderOf(
      context,
      pool,
      'queuesOfPool',
      async (ctx, ids) => {
        const queues = await this.queues.list(ctx, { poolIds: ids });
        return ids.map((id) => ({ id, queues: queues.filter((queue) => queue.work_pool_id === id) }));
      },
      (each) => each.id,
    );
    return ((await loader.load(pool.id))?.queues ?? []).map(toWorkQueueObject);
  }

  @Priced({ own: batched, size: 10 })
  @ResolveField(() => [WorkerObject])
  async workers(@Parent() pool: WorkPoolObject, @Context() context: GraphqlContext): Promise<WorkerObject[]> {
    const loader = loaderOf(
      context,
      pool,
      'workersOfPool',
      async (ctx, ids) => {
        const byPool = groupedBy(await this.roster.listOfPools(ctx, ids, workersShown), (row) => row.work_pool_id);
        return ids.map((id) => ({ id, workers: byPool.get(id) ?? [] }));
      },
      (each) => each.id,
    );
    return ((await loader.load(pool.id))?.workers ?? []).map(toWorkerObject);
  }

  @Priced({ own: batched })
  @ResolveField(() => Int, { description: 'How many runs hold a slot of the pool.' })
  async activeSlots(@Parent() pool: WorkPoolObject, @Context() context: GraphqlContext): Promise<number> {
    const loader = loaderOf(
      context,
      pool,
      'slotsOfPool',
      (ctx, ids) => this.slots.countByPool(ctx, ids),
      (row) => row.work_pool_id,
    );
    return (await loader.load(pool.id))?.runs ?? 0;
  }
}
