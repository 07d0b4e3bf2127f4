import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AnswerInPieces } from '../src/core/http/answer-in-pieces.js';
import { listDoors, statusesOf, type Door } from '../src/core/openapi/document.js';

/** Holds every answer of an application to what its door declares. `mustBeTrue` throws when one was not. */
export function holdToAnswers(app: NestFastifyApplication): { mustBeTrue(): void } {
  const doors = new Map(listDoors(app).map((door) => [`${door.method.toUpperCase()} ${door.path}`, door]));
  const lies = new Set<string>();
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const name = `${request.method} ${request.routeOptions.url?.replace(/(.)\/$/, '$1')}`;
    const door = doors.get(name);
    const said = payload instanceof AnswerInPieces ? String(payload.whole) : payload;
    const lie = door && reply.statusCode < 300 ? lieOf(door, reply.statusCode, said) : null;
    if (lie) lies.add(`${name} ${reply.statusCode}: ${lie}`);
    done();
  });
  const mustBeTrue = () => {
    if (lies.size > 0) throw new Error(`Answers that are not what their door declares:\n${[...lies].join('\n')}`);
  };
  return { mustBeTrue };
}

function lieOf(door: Door, status: number, payload: unknown): string | null {
  if (!door.answer && door.status !== 204) return null;
  if (!statusesOf(door).includes(status)) return `a status that it does not declare (${statusesOf(door).join(', ')})`;
  if (status === 204) return payload ? `a body where there is none: ${String(payload).slice(0, 200)}` : null;
  if (!door.answer || 'mediaType' in door.answer) return null;
  const parsed = door.answer.schema.safeParse(typeof payload === 'string' ? JSON.parse(payload) : payload);
  if (parsed.success) return null;
  return `${parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ')} in ${String(payload).slice(0, 1000)}`;
}
