import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { parseExact, stringifyExact } from '../json/exact-json.js';
import { isFromTheSame } from './newer-clients.js';
import type { HeadgateRequest } from './request.js';

/** For doors whose bodies are other people's documents: numbers leave as they came, `1.0` stays `1.0`. */
@Injectable()
export class ExactJson implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<HeadgateRequest & { body: unknown }>();
    if (request.bodyText) {
      const exact = parseExact(request.bodyText);
      isFromTheSame(request.body, exact);
      request.body = exact;
    }
    return next.handle().pipe(
      map((value: unknown) => {
        if (typeof value !== 'object' || value === null) return value;
        http.getResponse<FastifyReply>().header('content-type', 'application/json; charset=utf-8');
        return stringifyExact(value);
      }),
    );
  }
}
