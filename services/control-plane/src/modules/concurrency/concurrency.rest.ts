import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  createdLimitAnswer,
  leaseAnswer,
  limitAnswer,
  limitsAnswer,
  takenLimitsAnswer,
} from '@headgate/contracts/rest/answers/concurrency';
import {
  concurrencyLimitCreateBody,
  concurrencyLimitsFilterBody,
  concurrencyLimitUpdateBody,
  decrementBody,
  decrementWithLeaseBody,
  incrementBody,
  incrementWithLeaseBody,
  renewLeaseBody,
  type ConcurrencyLimitDraft,
  type ConcurrencyLimitJson,
  type ConcurrencyLimitsFilter,
  type CreatedConcurrencyLimitJson,
  type Decrement,
  type Increment,
  type IncrementWithLease,
  type LeaseJson,
  type MinimalLimitJson,
} from '@headgate/contracts/rest/concurrency';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { ConcurrencyService } from './concurrency.service.js';
import { toCreatedLimit, toLimit, toMinimal } from './concurrency.wire.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import {
  createLimit,
  deleteLimit,
  giveSlotsBack,
  leaseSlots,
  releaseLease,
  renewLease,
  takeSlots,
  updateLimit,
} from './concurrency.operations.js';

@ApiTags('Concurrency Limits V2')
@Controller('api/v2/concurrency_limits')
export class ConcurrencyController {
  constructor(
    @Inject(ConcurrencyService) private readonly service: ConcurrencyService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Post()
  @Refuses('conflict')
  @HttpCode(201)
  @Runs(createLimit)
  @Answers(createdLimitAnswer)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(concurrencyLimitCreateBody) draft: ConcurrencyLimitDraft,
  ): Promise<CreatedConcurrencyLimitJson> {
    return toCreatedLimit(await this.operations.run(ctx, createLimit, draft));
  }

  @Post('filter')
  @HttpCode(200)
  @Needs('see_concurrency_limits')
  @Answers(limitsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(concurrencyLimitsFilterBody) { limit = 200, offset = 0 }: ConcurrencyLimitsFilter,
  ): Promise<ConcurrencyLimitJson[]> {
    return (await this.service.list(ctx, { limit, offset })).map(toLimit);
  }

  @Post('increment')
  @Refuses('locked')
  @HttpCode(200)
  @Runs(takeSlots)
  @Answers(takenLimitsAnswer)
  async increment(@Caller() ctx: Ctx, @ZodBody(incrementBody) wanted: Increment): Promise<MinimalLimitJson[]> {
    return (await this.operations.run(ctx, takeSlots, wanted)).map(toMinimal);
  }

  @Post('increment-with-lease')
  @Refuses('locked')
  @HttpCode(200)
  @Runs(leaseSlots)
  @Answers(leaseAnswer)
  async incrementWithLease(
    @Caller() ctx: Ctx,
    @ZodBody(incrementWithLeaseBody) wanted: IncrementWithLease,
  ): Promise<LeaseJson> {
    const { leaseId, limits } = await this.operations.run(ctx, leaseSlots, wanted);
    return { lease_id: leaseId, limits: limits.map(toMinimal) };
  }

  @Post('decrement')
  @HttpCode(200)
  @Runs(giveSlotsBack)
  @Answers(takenLimitsAnswer)
  async decrement(@Caller() ctx: Ctx, @ZodBody(decrementBody) given: Decrement): Promise<MinimalLimitJson[]> {
    return (await this.operations.run(ctx, giveSlotsBack, given)).map(toMinimal);
  }

  @Post('decrement-with-lease')
  @HttpCode(204)
  @Runs(releaseLease)
  async decrementWithLease(
    @Caller() ctx: Ctx,
    @ZodBody(decrementWithLeaseBody) body: { lease_id: string },
  ): Promise<void> {
    await this.operations.run(ctx, releaseLease, body);
  }

  @Post('leases/:leaseId/renew')
  @Refuses('gone')
  @HttpCode(204)
  @Runs(renewLease)
  async renew(
    @Caller() ctx: Ctx,
    @IdParam('leaseId') leaseId: string,
    @ZodBody(renewLeaseBody) body: { lease_duration?: number },
  ): Promise<void> {
    await this.operations.run(ctx, renewLease, { id: leaseId, lease_duration: body.lease_duration });
  }

  @Get(':idOrName')
  @Needs('see_concurrency_limits')
  @Answers(limitAnswer)
  async get(@Caller() ctx: Ctx, @Param('idOrName') idOrName: string): Promise<ConcurrencyLimitJson> {
    return toLimit(await this.service.get(ctx, idOrName));
  }

  @Patch(':idOrName')
  @Refuses('conflict')
  @HttpCode(204)
  @Runs(updateLimit)
  async update(
    @Caller() ctx: Ctx,
    @Param('idOrName') idOrName: string,
    @ZodBody(concurrencyLimitUpdateBody) change: z.infer<typeof concurrencyLimitUpdateBody>,
  ): Promise<void> {
    await this.operations.run(ctx, updateLimit, { idOrName, change });
  }

  @Delete(':idOrName')
  @HttpCode(204)
  @Runs(deleteLimit)
  async delete(@Caller() ctx: Ctx, @Param('idOrName') idOrName: string): Promise<void> {
    await this.operations.run(ctx, deleteLimit, { idOrName });
  }
}
