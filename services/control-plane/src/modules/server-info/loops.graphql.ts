import { Inject } from '@nestjs/common';
import { Args, Field, ID, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { LoopsWatch, type LoopsSeen } from '../../core/loops/loops-watch.js';

@ObjectType('LoopsSeen')
export class LoopsSeenObject {
  @Field({ description: 'False: schedules make no runs, and what is late or lost is not noticed.' })
  turning!: boolean;
}

@Resolver(() => LoopsSeenObject)
export class LoopsResolver {
  constructor(@Inject(LoopsWatch) private readonly watch: LoopsWatch) {}

  @Needs('see_flows')
  @Subscription(() => LoopsSeenObject, {
    description: 'Whether the loops of the server turn: at once, and each time that this changes.',
    resolve: (seen: LoopsSeen) => seen,
  })
  loopsChanged(@Caller() ctx: Ctx, @Args('workspaceId', { type: () => ID }) _workspaceId: string) {
    return this.watch.follow(ctx);
  }
}
