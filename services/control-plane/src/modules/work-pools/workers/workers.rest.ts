import { Controller, Delete, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { workersAnswer } from '@headgate/contracts/rest/answers/work-pools';
import { heartbeat, workersFilter } from '@headgate/contracts/rest/work-pools';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Caller, Needs } from '../../../core/access/needs.js';
import { ZodBody } from '../../../core/http/zod-body.js';
import { Answers, AnswersFile } from '../../../core/openapi/answers.js';
import { WorkPoolsService } from '../pools/work-pools.service.js';
import { WorkersService } from './workers.service.js';
import { Operations } from '../../../core/operations/operations.js';
import { Runs } from '../../../core/operations/runs.js';
import { beatWorker, deleteWorker } from './workers.operations.js';

@ApiTags('Workers')
@Controller('api/work_pools/:pool/workers')
export class WorkersController {
  constructor(
    @Inject(WorkPoolsService) private readonly pools: WorkPoolsService,
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  /** Who asks for its id gets it as bare text; the others get nothing. */
  @Runs(beatWorker)
  @Post('heartbeat')
  @AnswersFile('text/plain', 204, 200)
  async heartbeat(
    @Caller() ctx: Ctx,
    @Param('pool') name: string,
    @ZodBody(heartbeat) body: z.infer<typeof heartbeat>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const pool = await this.pools.get(ctx, name);
    const id = await this.operations.run(ctx, beatWorker, { pool, beat: body });
    if (!body.return_id) return void reply.status(204);
    reply.status(200).type('text/plain; charset=utf-8');
    return id;
  }

  @Needs('see_workers')
  @Post('filter')
  @HttpCode(200)
  @Answers(workersAnswer)
  async filter(
    @Caller() ctx: Ctx,
    @Param('pool') name: string,
    @ZodBody(workersFilter) { workers: by, limit, offset }: z.infer<typeof workersFilter>,
  ) {
    const pool = await this.pools.get(ctx, name);
    const rows = await this.workers.list(ctx, [pool.id], by, limit ?? 200, offset ?? 0);
    return rows.map(({ agents: _, ...worker }) => worker);
  }

  @Runs(deleteWorker)
  @Delete(':name')
  @HttpCode(204)
  async delete(@Caller() ctx: Ctx, @Param('pool') poolName: string, @Param('name') name: string) {
    await this.operations.run(ctx, deleteWorker, { poolName, name });
  }
}
