import { Controller, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { logsAnswer } from '@headgate/contracts/rest/answers/logs';
import { nothing } from '@headgate/contracts/rest/answers/shared';
import { logsCreate, logsFilter } from '@headgate/contracts/rest/logs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { Downloads } from '../../core/downloads/downloads.js';
import { IdParam, DescribedBody, ZodBody } from '../../core/http/zod-body.js';
import { Answers, AnswersFile } from '../../core/openapi/answers.js';
import { FlowRunsService } from '../runs/index.js';
import { LogsService } from './logs.service.js';
import { Operations } from '../../core/operations/operations.js';
import { Runs } from '../../core/operations/runs.js';
import { writeLogs } from './logs.operations.js';

@ApiTags('Logs')
@Controller('api')
export class LogsController {
  constructor(
    @Inject(LogsService) private readonly logs: LogsService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Downloads) private readonly downloads: Downloads,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Runs(writeLogs)
  @Post('logs')
  @Answers(nothing)
  async create(@Caller() ctx: Ctx, @DescribedBody(logsCreate) body: unknown): Promise<null> {
    await this.operations.run(ctx, writeLogs, body);
    return null;
  }

  @Needs('see_flows')
  @Post('logs/filter')
  @HttpCode(200)
  @Answers(logsAnswer)
  filter(@Caller() ctx: Ctx, @ZodBody(logsFilter) { logs, sort, limit, offset }: z.infer<typeof logsFilter>) {
    const order = sort === 'TIMESTAMP_DESC' ? ('desc' as const) : ('asc' as const);
    return this.logs.list(ctx, logs ?? { operator: 'and_' }, { order, limit: limit ?? 200, offset: offset ?? 0 });
  }

  @Needs('see_flows')
  @Get('flow_runs/:id/logs/download')
  @AnswersFile('text/csv')
  async download(@Caller() ctx: Ctx, @IdParam() id: string, @Res() reply: FastifyReply) {
    const run = await this.runs.getRow(ctx, id);
    reply.header('content-disposition', asDownload(`${run.name}-logs.csv`)).type('text/csv; charset=utf-8');
    return this.downloads.send(ctx, 'see_flows', reply, this.logs.csvOfRun(ctx, id));
  }
}

/** A plain name for everybody, and the real one, in any script, for those who read it. */
function asDownload(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="flow-run-logs.csv"; filename*=UTF-8''${encoded}`;
}
