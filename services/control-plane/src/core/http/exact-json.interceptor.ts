import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { parseSentExactly } from '../json/exact-json.js';
import { isFromTheSame } from './newer-clients.js';
import type { HeadgateRequest } from './request.js';

/** For doors whose bodies are other people's documents: numbers come in as they were sent, `1.0` stays `1.0`. */
@Injectable()
export class ExactJson implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<HeadgateRequest & { body: unknown }>();
    if (request.bodyText) {
      const exact = parseSentExactly(request.bodyText, request.body);
      isFromTheSame(request.body, exact);
      request.body = exact;
    }
    return next.handle();
  }
}
