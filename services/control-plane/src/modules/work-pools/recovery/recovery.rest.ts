import { Controller, Get, HttpCode, Inject, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { poolRecoveryAnswer } from '@headgate/contracts/rest/answers/work-pools';
import { poolRecovery, type PoolRecovery } from '@headgate/contracts/rest/work-pools';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { RecoveryService } from './recovery.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { setRecovery } from './recovery.operations.js';

@ApiTags('Headgate Work Pools')
@Controller('api/headgate/work_pools')
export class RecoveryController {
  constructor(
    @Inject(RecoveryService) private readonly recovery: RecoveryService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @ApiOperation({ summary: 'How long runs of a pool may be without a sign of life' })
  @Needs('see_work_pools')
  @Get(':name/recovery')
  @Answers(poolRecoveryAnswer)
  async read(@Caller() ctx: Ctx, @Param('name') name: string) {
    const { poolId: _, ...recovery } = await this.recovery.ofPool(ctx, name);
    return recovery;
  }

  @ApiOperation({ summary: 'Change how long runs of a pool may be without a sign of life' })
  @Runs(setRecovery)
  @Patch(':name/recovery')
  @HttpCode(204)
  async change(@Caller() ctx: Ctx, @Param('name') name: string, @ZodBody(poolRecovery) change: PoolRecovery) {
    await this.operations.run(ctx, setRecovery, { name, change });
  }
}
