import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  createdLimitAnswer,
  leaseAnswer,
  limitAnswer,
  limitsAnswer,
  takenLimitsAnswer,
} from '@headgate/contracts/rest/answers/concurrency';
import { newId } from '@headgate/contracts';
import {
  concurrencyLimitCreateBody,
  concurrencyLimitsFilterBody,
  concurrencyLimitUpdateBody,
  decrementBody,
  decrementWithLeaseBody,
  incrementBody,
  incrementWithLeaseBody,
  renewLeaseBody,
  type ConcurrencyLimitChange,
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
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { AppError } from '../../core/errors/app-error.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { Answers } from '../../core/openapi/answers.js';
import { Refuses } from '../../core/openapi/refuses.js';
import { ConcurrencyService } from './concurrency.service.js';
import { toCreatedLimit, toLimit, toMinimal } from './concurrency.wire.js';

const leaseSecondsDefault = 300;

@ApiTags('Concurrency Limits V2')
@Controller('api/v2/concurrency_limits')
export class ConcurrencyController {
  constructor(@Inject(ConcurrencyService) private readonly service: ConcurrencyService) {}

  @Post()
  @Refuses('conflict')
  @HttpCode(201)
  @Needs('manage_concurrency_limits')
  @Answers(createdLimitAnswer)
  async create(
    @Caller() ctx: Ctx,
    @ZodBody(concurrencyLimitCreateBody) draft: ConcurrencyLimitDraft,
  ): Promise<CreatedConcurrencyLimitJson> {
    return toCreatedLimit(await this.service.create(ctx, draft));
  }

  @Post('filter')
  @HttpCode(200)
  @Needs('see_concurrency_limits')
  @Answers(limitsAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @ZodBody(concurrencyLimitsFilterBody) filter: ConcurrencyLimitsFilter,
  ): Promise<ConcurrencyLimitJson[]> {
    return (await this.service.list(ctx, filter)).map(toLimit);
  }

  @Post('increment')
  @Refuses('locked')
  @HttpCode(200)
  @Needs('manage_concurrency_limits')
  @Answers(takenLimitsAnswer)
  async increment(@Caller() ctx: Ctx, @ZodBody(incrementBody) wanted: Increment): Promise<MinimalLimitJson[]> {
    return (await this.service.take(ctx, wanted)).map(toMinimal);
  }

  @Post('increment-with-lease')
  @Refuses('locked')
  @HttpCode(200)
  @Needs('manage_concurrency_limits')
  @Answers(leaseAnswer)
  async incrementWithLease(
    @Caller() ctx: Ctx,
    @ZodBody(incrementWithLeaseBody) wanted: IncrementWithLease,
  ): Promise<LeaseJson> {
    const lease = { id: newId(), seconds: wanted.lease_duration ?? leaseSecondsDefault, holder: wanted.holder };
    return { lease_id: lease.id, limits: (await this.service.take(ctx, wanted, lease)).map(toMinimal) };
  }

  @Post('decrement')
  @HttpCode(200)
  @Needs('manage_concurrency_limits')
  @Answers(takenLimitsAnswer)
  async decrement(@Caller() ctx: Ctx, @ZodBody(decrementBody) given: Decrement): Promise<MinimalLimitJson[]> {
    return (await this.service.giveBack(ctx, given)).map(toMinimal);
  }

  @Post('decrement-with-lease')
  @HttpCode(204)
  @Needs('manage_concurrency_limits')
  async decrementWithLease(
    @Caller() ctx: Ctx,
    @ZodBody(decrementWithLeaseBody) body: { lease_id: string },
  ): Promise<void> {
    await this.service.release(ctx, body.lease_id);
  }

  @Post('leases/:leaseId/renew')
  @Refuses('gone')
  @HttpCode(204)
  @Needs('manage_concurrency_limits')
  async renew(
    @Caller() ctx: Ctx,
    @IdParam('leaseId') leaseId: string,
    @ZodBody(renewLeaseBody) body: { lease_duration?: number },
  ): Promise<void> {
    const renewed = await this.service.renew(ctx, leaseId, body.lease_duration ?? leaseSecondsDefault);
    if (!renewed) throw new AppError('gone', 'Lease not found - it may have expired or been revoked');
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
  @Needs('manage_concurrency_limits')
  async update(
    @Caller() ctx: Ctx,
    @Param('idOrName') idOrName: string,
    @ZodBody(concurrencyLimitUpdateBody) change: ConcurrencyLimitChange,
  ): Promise<void> {
    await this.service.update(ctx, idOrName, change);
  }

  @Delete(':idOrName')
  @HttpCode(204)
  @Needs('manage_concurrency_limits')
  async delete(@Caller() ctx: Ctx, @Param('idOrName') idOrName: string): Promise<void> {
    await this.service.delete(ctx, idOrName);
  }
}
