import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import { AppError } from '../errors/app-error.js';
import { fromDatabase } from '../errors/database-errors.js';
import { findJsonMistake } from '../json/json-mistake.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { shortened } from './echo.js';
import { laterHeaders } from './later.js';
import type { HeadgateRequest } from './request.js';
import { InvalidRequest } from './zod-body.js';
import { withoutPrefix } from './zod-issues.js';

/** One filter for both doors; every error that is ours is logged once, here, with its cause. */
@Catch()
export class AppExceptionFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost) {
    // Who hangs up while a body is read must not look like a database that is gone.
    const error = refusalOf(thrown) ? thrown : fromDatabase(thrown);
    if (host.getType<'http' | 'graphql'>() === 'graphql') return this.graphqlError(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<HeadgateRequest>();
    const { status, body, retryAfterSeconds } = this.answer(error, request);
    if (status === 503) reply.headers(laterHeaders(retryAfterSeconds));
    else if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    // The door may have announced text or a download, and Fastify that it hangs up on a body that it did not like.
    reply.removeHeader('content-disposition').removeHeader('connection');
    return reply.status(status).type('application/json').send(body);
  }

  private answer(
    error: unknown,
    request: HeadgateRequest,
  ): { status: number; body: unknown; retryAfterSeconds?: number } {
    if (error instanceof InvalidRequest) {
      return {
        status: 422,
        body: {
          exception_message: error.message,
          exception_detail: error.issues,
          request_body: error.requestBody ?? null,
        },
      };
    }
    if (error instanceof AppError) {
      if (error.kind === 'unavailable') this.log.warn({ err: error, url: request.url }, 'unavailable');
      const key = error.extras.envelope === 'exception_message' ? 'exception_message' : 'detail';
      const { retryAfterSeconds } = error.extras;
      return {
        status: error.status,
        body: { [key]: error.message },
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    }
    if (error instanceof HttpException) {
      const status = error.getStatus();
      return { status, body: { detail: status === 404 ? noDoorAt(request.url) : error.message } };
    }
    // What Fastify itself refuses: bodies that are too large, or not JSON.
    const status = refusalOf(error);
    if (status)
      return { status: status === 400 ? 422 : status, body: refusedByFastify(status, error as Error, request) };
    this.log.error({ err: error, method: request.method, url: request.url, requestId: request.id }, 'request failed');
    return { status: 500, body: { exception_message: 'Internal Server Error' } };
  }

  private graphqlError(error: unknown): GraphQLError {
    if (error instanceof GraphQLError) return error;
    if (error instanceof AppError) {
      const fields =
        error instanceof InvalidRequest
          ? Object.fromEntries(error.issues.map((issue) => [issue.loc.slice(1).join('.'), withoutPrefix(issue.msg)]))
          : error.extras.fields;
      return new GraphQLError(error.message, {
        extensions: {
          code: error.kind,
          ...(fields && { fields }),
          ...(error.extras.retryAfterSeconds !== undefined && { retryAfterSeconds: error.extras.retryAfterSeconds }),
        },
      });
    }
    this.log.error({ err: error }, 'graphql request failed');
    return new GraphQLError('Internal Server Error', { extensions: { code: 'internal' } });
  }
}

/** What clients know of Prefect and is not here yet is told in words: they print what they are answered. */
const noDoorAt = (url: string): string =>
  /^\/api\/automations(?:[/?]|$)/.test(url) ? 'Headgate does not have automations yet' : 'Not Found';

/** The status by which Fastify refuses a request itself. */
function refusalOf(error: unknown): number | null {
  const { statusCode } = error instanceof Error ? (error as { statusCode?: number }) : {};
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

function refusedByFastify(status: number, error: Error, { bodyText = '' }: HeadgateRequest) {
  if (status !== 400) return { detail: error.message };
  const { at, error: why } = findJsonMistake(bodyText);
  return {
    exception_message: 'Invalid request received.',
    exception_detail: [{ type: 'json_invalid', loc: ['body', at], msg: error.message, input: {}, ctx: { error: why } }],
    request_body: shortened(bodyText),
  };
}
