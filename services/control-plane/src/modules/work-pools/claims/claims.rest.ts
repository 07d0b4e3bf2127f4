import { Controller, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { abandonmentAnswer, claimsAnswer, releaseAnswer, renewalAnswer } from '@headgate/contracts/rest/answers/claims';
import {
  agentDeparture,
  claimAbandonment,
  claimRelease,
  claimRenewal,
  claimRequest,
} from '@headgate/contracts/rest/flow-runs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Holders } from '../../../core/access/holders.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { ClaimsService } from '../../runs/index.js';
import { DispatchService } from './dispatch.service.js';

/** How our own agents get their work. */
@ApiTags('Headgate Agents')
@Controller('api/headgate')
export class ClaimsController {
  constructor(
    @Inject(DispatchService) private readonly dispatch: DispatchService,
    @Inject(ClaimsService) private readonly claims: ClaimsService,
    @Inject(Holders) private readonly holders: Holders,
  ) {}

  @ApiOperation({ summary: 'Claim due runs of a work pool, and wait for them' })
  @Needs('write_workers')
  @Post('work_pools/:pool/claim')
  @HttpCode(200)
  @Answers(claimsAnswer)
  async claim(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(claimRequest) body: z.infer<typeof claimRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const gone = new AbortController();
    // Whoever has got its answer has nothing left to be told.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    return this.holders.during(ctx, 'write_workers', gone, () => this.dispatch.claim(ctx, pool, body, gone.signal));
  }

  @ApiOperation({ summary: 'Say that an agent has ended' })
  @Needs('write_workers')
  @Post('work_pools/:pool/leave')
  @HttpCode(204)
  async leave(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(agentDeparture) body: z.infer<typeof agentDeparture>,
  ) {
    await this.dispatch.leave(ctx, pool, body.agent_name, body.agent_id);
  }

  @ApiOperation({ summary: 'Renew the claims of an agent' })
  @Needs('write_workers')
  @Post('claims/renew')
  @HttpCode(200)
  @Answers(renewalAnswer)
  renew(@Caller() ctx: Ctx, @ZodBody(claimRenewal) body: z.infer<typeof claimRenewal>) {
    return this.claims.renew(ctx, body.agent_id, body.claim_ids, body.lease_seconds);
  }

  @ApiOperation({ summary: 'Give claims back before their runs have started' })
  @Needs('write_workers')
  @Post('claims/release')
  @HttpCode(200)
  @Answers(releaseAnswer)
  release(@Caller() ctx: Ctx, @ZodBody(claimRelease) body: z.infer<typeof claimRelease>) {
    return this.claims.release(ctx, body.agent_id, body.claim_ids);
  }

  @ApiOperation({ summary: 'Say that what ran under claims has ended before its time, with nothing left of it' })
  @Needs('write_workers')
  @Post('claims/abandon')
  @HttpCode(200)
  @Answers(abandonmentAnswer)
  abandon(@Caller() ctx: Ctx, @ZodBody(claimAbandonment) body: z.infer<typeof claimAbandonment>) {
    return this.claims.abandon(ctx, body.agent_id, body.claim_ids);
  }
}
