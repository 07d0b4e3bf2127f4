import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { scheduleCreate, scheduleKinds, scheduleUpdate } from '@headgate/contracts/rest/deployments';
import { clockNote, withinSecondsMax, wrongSchedule, type Schedule } from '@headgate/contracts/schedules/index';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller } from '../../../core/access/needs.js';
import { invalid } from '../../../core/errors/app-error.js';
import { checkedId } from '../../../core/graphql/checked-id.js';
import { batched, Priced } from '../../../core/graphql/limits/price.js';
import { checkedInput, filled } from '../../../core/graphql/checked-input.js';
import {
  CatchUpKind,
  DeploymentObject,
  ScheduleInput,
  ScheduleObject,
  toDeploymentObject,
} from '../deployment.objects.js';
import { DeploymentsService } from '../deployments.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { createSchedules, deleteSchedule, updateSchedule } from './schedules.operations.js';

/** As the REST body says it; undefined where nothing is said of it. */
function catchUpOf({ catchUp, withinSeconds }: ScheduleInput): string | number | undefined {
  const wrong = (words: string) => invalid(`withinSeconds: ${words}`, { fields: { withinSeconds: words } });
  if (catchUp !== CatchUpKind.WITHIN) {
    if (typeof withinSeconds === 'number') throw wrong('goes with catchUp: WITHIN');
    return catchUp?.toLowerCase();
  }
  if (withinSeconds && withinSeconds >= 1 && withinSeconds <= withinSecondsMax) return withinSeconds;
  throw wrong(`must be from 1 to ${withinSecondsMax}`);
}

/** Undefined where nothing is said of when it fires. */
function scheduleOf({ cron, intervalSeconds, rrule, timezone }: ScheduleInput) {
  const given = filled({ cron, interval: intervalSeconds, rrule });
  const [kind, ...others] = Object.keys(given) as (keyof typeof scheduleKinds)[];
  if (!kind && !timezone) return undefined;
  if (!kind || others.length > 0) throw invalid('A schedule has one of cron, intervalSeconds and rrule.');
  // What is wrong with the zone is nothing that is wrong with the kind.
  const wrong = timezone ? wrongSchedule({ cron: '* * * * *', timezone, day_or: true }) : null;
  if (wrong) throw invalid(wrong, { fields: { timezone: wrong } });
  return checkedInput(scheduleKinds[kind], { ...given, ...(timezone && { timezone }) });
}

/** Schedules of a deployment, for the web app. */
@Resolver(() => ScheduleObject)
export class SchedulesResolver {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(createSchedules)
  @Mutation(() => DeploymentObject)
  async createSchedule(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) deploymentId: string,
    @Args('input') input: ScheduleInput,
  ): Promise<DeploymentObject> {
    const id = checkedId(deploymentId, 'Deployment');
    const body = { schedule: scheduleOf(input), catch_up: catchUpOf(input) };
    if (!body.schedule) throw invalid('A schedule has one of cron, intervalSeconds and rrule.');
    const schedules = [checkedInput(scheduleCreate, filled(body))];
    await this.operations.run(ctx, createSchedules, { deploymentId: id, schedules });
    return this.read(ctx, id);
  }

  @Runs(updateSchedule)
  @Mutation(() => DeploymentObject)
  async updateSchedule(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) deploymentId: string,
    @Args('scheduleId', { type: () => ID }) scheduleId: string,
    @Args('input') input: ScheduleInput,
  ): Promise<DeploymentObject> {
    const id = checkedId(deploymentId, 'Deployment');
    const body = filled({ schedule: scheduleOf(input), catch_up: catchUpOf(input) });
    const change = checkedInput(scheduleUpdate, body);
    await this.operations.run(ctx, updateSchedule, { deploymentId: id, id: checkedId(scheduleId, 'Schedule'), change });
    return this.read(ctx, id);
  }

  @Runs(deleteSchedule)
  @Mutation(() => DeploymentObject)
  async deleteSchedule(
    @Caller() ctx: Ctx,
    @Args('workspaceId', { type: () => ID }) _workspaceId: string,
    @Args('deploymentId', { type: () => ID }) deploymentId: string,
    @Args('scheduleId', { type: () => ID }) scheduleId: string,
  ): Promise<DeploymentObject> {
    const id = checkedId(deploymentId, 'Deployment');
    await this.operations.run(ctx, deleteSchedule, { deploymentId: id, id: checkedId(scheduleId, 'Schedule') });
    return this.read(ctx, id);
  }

  @Priced({ own: batched })
  @ResolveField(() => String, { nullable: true, description: 'What is good to know of when it fires.' })
  note(@Parent() { schedule }: ScheduleObject): string | null {
    return clockNote(schedule as Schedule);
  }

  private async read(ctx: Ctx, id: string): Promise<DeploymentObject> {
    return toDeploymentObject(await this.deployments.get(ctx, id));
  }
}
