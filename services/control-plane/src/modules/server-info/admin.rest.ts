import { Controller, Get, Header, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { newId } from '@headgate/contracts';
import { messageAnswer, settingsAnswer } from '@headgate/contracts/rest/answers/server-info';
import { flag, text } from '@headgate/contracts/rest/answers/shared';
import { apiVersion, serverSettings, type SettingsJson } from '@headgate/contracts/rest/server-info';
import type { FastifyReply } from 'fastify';
import { Needs } from '../../core/access/needs.js';
import { Database } from '../../core/db/database.js';
import { AppError } from '../../core/errors/app-error.js';
import { laterHeaders } from '../../core/http/later.js';
import { hidesItsMode } from '../../core/http/server-mode.js';
import { Answers } from '../../core/openapi/answers.js';
import { Live } from '../../core/live/live.js';
import { serverVersionFor } from './api-version.js';

/** Longer than a client lives. */
const csrfTokenDays = 365;
/** A bare string is sent as text; these are JSON strings. */
const Json = () => Header('content-type', 'application/json; charset=utf-8');

/** What tools ask before they work: is it up, which version is it, how is it set. */
@ApiTags('Admin')
@Controller('api')
export class AdminController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
  ) {}

  @Get('health')
  @Needs('nothing')
  @Answers(flag)
  health(): boolean {
    return true;
  }

  @Get('ready')
  @Needs('nothing')
  @Answers(messageAnswer)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ message: string }> {
    const checks = await Promise.allSettled([this.database.ping(), this.live.ping()]);
    if (checks.every((check) => check.status === 'fulfilled')) return { message: 'OK' };
    reply.status(503).headers(laterHeaders());
    return { message: 'Not ready: the database or Redis cannot be reached.' };
  }

  @Get('hello')
  @Needs('nothing')
  @Json()
  @Answers(text)
  hello(): string {
    return JSON.stringify('👋');
  }

  @Get('version')
  @Needs('nothing')
  @Json()
  @Answers(text)
  version(): string {
    return JSON.stringify(apiVersion);
  }

  @Get('admin/version')
  @Needs('nothing')
  @Json()
  @Answers(text)
  serverVersion(@Headers('user-agent') userAgent: string | undefined): string {
    return JSON.stringify(serverVersionFor(userAgent));
  }

  /**
   * Keys need no CSRF protection; clients that hear this stop asking for tokens. One that would lose its task runs without
   * being told gets a token that stands for nothing: by showing it again it tells its mode (`server-mode.ts`).
   */
  @Get('csrf-token')
  @Needs('nothing')
  csrfToken(
    @Headers('user-agent') agent: string | undefined,
    @Headers('authorization') authorization: string | undefined,
    @Query('client') client: string | undefined,
  ) {
    if (!hidesItsMode({ agent, authorization })) throw new AppError('invalid', 'CSRF protection is disabled.');
    const created = new Date();
    const expiration = new Date(created.getTime() + csrfTokenDays * 86_400_000);
    return { id: newId(), created, updated: created, token: 'not-needed', client: String(client ?? ''), expiration };
  }

  /** What clients look for, in the words of the wire. They are not to report their use to anybody. */
  @Get('admin/settings')
  @Needs('sign-in')
  @Answers(settingsAnswer)
  settings(): SettingsJson {
    return serverSettings;
  }
}
