import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Parent,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { poolRecovery } from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import { loaderOf } from '../../../core/graphql/loader.js';
import type { GraphqlContext } from '../../../core/http/request.js';
import { checkedInput, given } from '../../../core/graphql/checked-input.js';
import { toWorkPoolObject, WorkPoolObject } from '../pools/work-pool.objects.js';
import { RecoveryService, type Recovery } from './recovery.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { setRecovery } from './recovery.operations.js';

@ObjectType('WorkPoolRecovery', { description: 'How long runs of the pool may be without a sign of life, in seconds.' })
export class WorkPoolRecoveryObject {
  @Field(() => Int, { description: 'A run that a worker took and did not start is due again.' })
  pendingSecondsMax!: number;
  @Field(() => Int, { description: 'The same, while no worker of the pool lives.' })
  pendingWithoutWorkerSecondsMax!: number;
  @Field(() => Int, {
    nullable: true,
    description: 'A run whose heartbeats stop has crashed; null: after three that are missing.',
  })
  heartbeatSecondsMax!: number | null;
}

@InputType({ description: 'What is not named stays; null is the default.' })
export class WorkPoolRecoveryInput {
  @Field(() => Int, { nullable: true }) pendingSecondsMax?: number | null;
  @Field(() => Int, { nullable: true }) pendingWithoutWorkerSecondsMax?: number | null;
  @Field(() => Int, { nullable: true }) heartbeatSecondsMax?: number | null;
}

const toObject = (recovery: Recovery): WorkPoolRecoveryObject => ({
  pendingSecondsMax: recovery.pending_seconds_max,
  pendingWithoutWorkerSecondsMax: recovery.pending_without_worker_seconds_max,
  heartbeatSecondsMax: recovery.heartbeat_seconds_max,
});

@Resolver(() => WorkPoolObject)
export class RecoveryResolver {
  constructor(
    @Inject(RecoveryService) private readonly service: RecoveryService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Priced({ own: batched })
  @ResolveField(() => WorkPoolRecoveryObject)
  async recovery(@Parent() pool: WorkPoolObject, @Context() context: GraphqlContext): Promise<WorkPoolRecoveryObject> {
    const loader = loaderOf(
      context,
      pool,
      'recoveryOfPool',
      (ctx, ids) => this.service.ofPools(ctx, ids),
      (each) => each.poolId,
    );
    return toObject((await loader.load(pool.id))!);
  }

  @Runs(setRecovery)
  @Mutation(() => WorkPoolObject)
  async setWorkPoolRecovery(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('name') name: string,
    @Args('input') input: WorkPoolRecoveryInput,
  ): Promise<WorkPoolObject> {
    const wish = given({
      pending_seconds_max: input.pendingSecondsMax,
      pending_without_worker_seconds_max: input.pendingWithoutWorkerSecondsMax,
      heartbeat_seconds_max: input.heartbeatSecondsMax,
    });
    const change = checkedInput(poolRecovery, wish);
    return toWorkPoolObject(await this.operations.run(ctx, setRecovery, { name, change }));
  }
}
