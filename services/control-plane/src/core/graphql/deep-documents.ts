import type { FastifyInstance } from 'fastify';
import { refusal } from './admission.js';
import { nestsTooDeep } from './limits/nesting.js';

/** Apollo parses what comes by HTTP, and asks nobody before; what nests too deep for that does not come so far. */
export function refuseDeepDocuments(fastify: FastifyInstance): void {
  fastify.addHook('preHandler', (request, reply, done) => {
    if (request.routeOptions.url !== '/graphql') return done();
    const { query } = ((request.method === 'GET' ? request.query : request.body) ?? {}) as { query?: unknown };
    const deep = typeof query === 'string' ? nestsTooDeep(query) : null;
    if (deep) void reply.code(400).send({ errors: [refusal(deep).toJSON()] });
    else done();
  });
}
