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
import { Caller } from '../../../core/access/needs.js';
import { leaveGate } from '../../../core/fair/fair-requests.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers } from '../../../core/openapi/answers.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { abandonClaims, claimRuns, leavePool, releaseClaims, renewClaims } from './claims.operations.js';

/** How our own agents get their work. */
@ApiTags('Headgate Agents')
@Controller('api/headgate')
export class ClaimsController {
  constructor(
    @Inject(Holders) private readonly holders: Holders,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @ApiOperation({ summary: 'Claim due runs of a work pool, and wait for them' })
  @Runs(claimRuns)
  @Post('work_pools/:pool/claim')
  @HttpCode(200)
  @Answers(claimsAnswer)
  async claim(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(claimRequest) body: z.infer<typeof claimRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    leaveGate(reply.request);
    const gone = new AbortController();
    // Whoever has got its answer has nothing left to be told.
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    const wish = { poolName: pool, request: body, gone: gone.signal };
    return this.holders.during(ctx, 'write_workers', gone, () => this.operations.run(ctx, claimRuns, wish));
  }

  @ApiOperation({ summary: 'Say that an agent has ended' })
  @Runs(leavePool)
  @Post('work_pools/:pool/leave')
  @HttpCode(204)
  async leave(
    @Caller() ctx: Ctx,
    @Param('pool') pool: string,
    @ZodBody(agentDeparture) body: z.infer<typeof agentDeparture>,
  ) {
    await this.operations.run(ctx, leavePool, { poolName: pool, departure: body });
  }

  @ApiOperation({ summary: 'Renew the claims of an agent' })
  @Runs(renewClaims)
  @Post('claims/renew')
  @HttpCode(200)
  @Answers(renewalAnswer)
  renew(@Caller() ctx: Ctx, @ZodBody(claimRenewal) body: z.infer<typeof claimRenewal>) {
    return this.operations.run(ctx, renewClaims, body);
  }

  @ApiOperation({ summary: 'Give claims back before their runs have started' })
  @Runs(releaseClaims)
  @Post('claims/release')
  @HttpCode(200)
  @Answers(releaseAnswer)
  release(@Caller() ctx: Ctx, @ZodBody(claimRelease) body: z.infer<typeof claimRelease>) {
    return this.operations.run(ctx, releaseClaims, body);
  }

  @ApiOperation({ summary: 'Say that what ran under claims has ended before its time, with nothing left of it' })
  @Runs(abandonClaims)
  @Post('claims/abandon')
  @HttpCode(200)
  @Answers(abandonmentAnswer)
  abandon(@Caller() ctx: Ctx, @ZodBody(claimAbandonment) body: z.infer<typeof claimAbandonment>) {
    return this.operations.run(ctx, abandonClaims, body);
  }
}
