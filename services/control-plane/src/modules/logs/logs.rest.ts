import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { logsFilter } from '@headgate/contracts/rest/logs';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Caller, Needs } from '../../core/access/needs.js';
import { IdParam, ZodBody } from '../../core/http/zod-body.js';
import { FlowRunsService } from '../runs/index.js';
import { toCsv } from './csv.js';
import { LogsService } from './logs.service.js';

@ApiTags('Logs')
@Controller('api')
export class LogsController {
  constructor(
    @Inject(LogsService) private readonly logs: LogsService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  @Needs('run_flows')
  @Post('logs')
  async create(@Caller() ctx: Ctx, @Body() body: unknown): Promise<null> {
    await this.logs.take(ctx, body);
    return null;
  }

  @Needs('see_flows')
  @Post('logs/filter')
  @HttpCode(200)
  filter(@Caller() ctx: Ctx, @ZodBody(logsFilter) { logs, sort, limit, offset }: z.infer<typeof logsFilter>) {
    return this.logs.list(ctx, logs ?? {}, sort ?? 'TIMESTAMP_ASC', limit ?? 200, offset ?? 0);
  }

  @Needs('see_flows')
  @Get('flow_runs/:id/logs/download')
  async download(@Caller() ctx: Ctx, @IdParam() id: string, @Res() reply: FastifyReply) {
    const run = await this.runs.getRow(ctx, id);
    reply
      .header('content-disposition', `attachment; filename="${run.name.replaceAll(/[^\w-]/g, '_')}-logs.csv"`)
      .type('text/csv; charset=utf-8');
    return reply.send(Readable.from(toCsv(this.logs.walk(ctx, id))));
  }
}
