import { Controller, Get, Header, Headers, HttpCode, Inject, Res } from '@nestjs/common';
import { ApiExcludeController, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { loopsAnswer, messageAnswer } from '@headgate/contracts/rest/answers/server-info';
import { flag } from '@headgate/contracts/rest/answers/shared';
import { Needs } from '../access/needs.js';
import { Config } from '../config/config.js';
import { Database } from '../db/database.js';
import { notFound } from '../errors/app-error.js';
import { wireTime } from '../events/events.js';
import { laterHeaders } from '../http/later.js';
import { Live } from '../live/live.js';
import { LoopBoard } from '../loops/loop-board.js';
import { warningOfSupervisor } from '../pulse.js';
import { toLoopJson } from './loop-json.js';
import { mayScrape } from './may-scrape.js';
import { Metrics } from './metrics.js';
import { Answers, AnswersFile } from '../openapi/answers.js';

/** For machines: is it alive, may it get traffic, how is it doing. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Config) private readonly config: Config,
    @Inject(LoopBoard) private readonly board: LoopBoard,
  ) {}

  @ApiOperation({ summary: 'Is the process alive' })
  @Needs('nothing')
  @Get('health')
  @HttpCode(200)
  @Answers(flag)
  health(): boolean {
    return true;
  }

  @ApiOperation({ summary: 'May it get traffic' })
  @Needs('nothing')
  @Get('ready')
  @Answers(messageAnswer)
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const missing = await this.missing();
    const warning = warningOfSupervisor();
    if (missing.length === 0) return { message: warning ? `OK, but ${warning}` : 'OK' };
    reply.status(503).headers(laterHeaders());
    return { message: `Not ready: ${missing.join(' and ')} cannot be reached.` };
  }

  @ApiOperation({ summary: 'Metrics for Prometheus' })
  @Needs('nothing')
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @AnswersFile('text/plain')
  scrape(@Headers('authorization') authorization: string | undefined): Promise<string> {
    if (!mayScrape(this.config, authorization)) throw notFound('Not Found');
    return this.metrics.registry.metrics();
  }

  @ApiOperation({ summary: 'How the loops of all processes are doing' })
  @Needs('nothing')
  @Get('api/admin/loops')
  @Answers(loopsAnswer)
  async loops(@Headers('authorization') authorization: string | undefined) {
    if (!mayScrape(this.config, authorization)) throw notFound('Not Found');
    return (await this.board.list()).map(({ process, seen, loops }) => ({
      process,
      seen: wireTime(new Date(seen)),
      loops: loops.map(toLoopJson),
    }));
  }

  private async missing(): Promise<string[]> {
    const [database, redis] = await Promise.allSettled([this.database.ping(), this.live.ping()]);
    return [database.status === 'rejected' && 'the database', redis.status === 'rejected' && 'Redis'].filter(
      (each) => each !== false,
    );
  }
}
