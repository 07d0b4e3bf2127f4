import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** Bare JSON values (`null`, numbers, `true`) are answers on the wire; Nest would send them as nothing, or as text. */
@Injectable()
export class JsonValuesInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(
      map((value: unknown) => {
        if (value !== null && typeof value !== 'number' && typeof value !== 'boolean') return value;
        context.switchToHttp().getResponse<FastifyReply>().header('content-type', 'application/json; charset=utf-8');
        return JSON.stringify(value);
      }),
    );
  }
}
