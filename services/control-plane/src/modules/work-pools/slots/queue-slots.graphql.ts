import { Inject } from '@nestjs/common';
import { Args, Context, Field, Float, ID, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { invalid } from '../../../core/errors/app-error.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import { loaderOf } from '../../../core/graphql/loader.js';
import { DateTimeScalar } from '../../../core/graphql/scalars.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { WorkQueueObject } from '../queues/work-queue.objects.js';
import type { SlotHolder } from './slots.queries.js';
import { SlotsService } from './slots.service.js';

@ObjectType('SlotHolder', { description: 'A run that holds a slot of its queue.' })
export class SlotHolderObject {
  @Field(() => ID) flowRunId!: string;
  @Field() name!: string;
  @Field(() => String, { nullable: true }) stateType!: string | null;
  @Field(() => String, { nullable: true }) stateName!: string | null;
  @Field(() => DateTimeScalar, { nullable: true }) startTime!: string | null;
  @Field(() => Float, { nullable: true }) secondsInState!: number | null;
}

const shownMax = 200;

/** Who holds the slots of a queue. */
@Resolver(() => WorkQueueObject)
export class QueueSlotsResolver {
  constructor(@Inject(SlotsService) private readonly slots: SlotsService) {}

  @Priced({ own: batched })
  @ResolveField(() => Int, { description: 'How many runs hold a slot of the queue.' })
  async activeSlots(@Parent() queue: WorkQueueObject, @Context() context: GraphqlContext): Promise<number> {
    const loader = loaderOf(
      context,
      queue,
      'slotsOfQueue',
      (ctx, ids) => this.slots.countByQueue(ctx, ids),
      (row) => row.work_queue_id,
    );
    return (await loader.load(queue.id))?.runs ?? 0;
  }

  @Priced({ own: batched })
  @ResolveField(() => [SlotHolderObject])
  async slotHolders(
    @Parent() queue: WorkQueueObject,
    @Args('first', { type: () => Int, nullable: true, defaultValue: 10 }) first: number,
    @Context() context: GraphqlContext,
  ): Promise<SlotHolderObject[]> {
    if (first < 1 || first > shownMax) throw invalid(`first must be between 1 and ${shownMax}.`);
    const loader = loaderOf(
      context,
      queue,
      `holdersOfQueue:${first}`,
      async (ctx, ids) => {
        const holders = await this.slots.holders(ctx, ids, first);
        return ids.map((id) => ({ id, runs: holders.filter((run) => run.work_queue_id === id) }));
      },
      (each) => each.id,
    );
    return ((await loader.load(queue.id))?.runs ?? []).map(toSlotHolderObject);
  }
}

const toSlotHolderObject = (run: SlotHolder): SlotHolderObject => ({
  flowRunId: run.id,
  name: run.name,
  stateType: run.state_type,
  stateName: run.state_name,
  startTime: run.start_time,
  secondsInState: run.time_in_current_state,
});
