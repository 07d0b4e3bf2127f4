import cookie from '@fastify/cookie';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@headgate/contracts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Config } from '../config/config.js';
import { Metrics } from '../health/metrics.js';
import { parseJson, stringifyExact } from '../json/exact-json.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { NestLog } from '../log/nest-log.js';
import { Upgrades } from '../sockets/upgrades.js';
import { rewriteUrl } from './address.js';
import type { HeadgateRequest } from './request.js';

const bodyBytesMax = 5 * 1024 * 1024;

/** The application with its HTTP server set up, not yet listening. */
export async function createHttpApp(module: Type): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    rewriteUrl,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 600 },
    bodyLimit: bodyBytesMax,
    // Clients keep idle connections for 25 s: a server that closes first makes them retry.
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    genReqId: () => newId(),
    // A path that cannot be decoded names nothing.
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) =>
      void reply.code(404).send({ detail: 'Not Found' }),
    logger: false,
    trustProxy: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(),
    abortOnError: false,
    bodyParser: false,
  });
  app.useLogger(new NestLog(app.get<Logger>(LOGGER)));
  await app.register(cookie as never);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  readBodiesLoosely(fastify);
  fastify.setReplySerializer(stringifyExact);
  countRequests(fastify, app.get(Metrics));
  const upgrades = app.get(Upgrades);
  upgrades.listen(app.getHttpServer());
  fastify.addHook('preClose', () => upgrades.close());
  return app;
}

/** A body without a content type is JSON, and an empty one is an empty object: the wire has both. */
function readBodiesLoosely(fastify: FastifyInstance): void {
  const parse = (request: unknown, body: string | Buffer, done: (error: Error | null, value?: unknown) => void) => {
    const text = body.toString();
    if (text === '') return done(null, undefined);
    (request as HeadgateRequest).bodyText = text;
    try {
      done(null, parseJson(text));
    } catch (cause) {
      done(Object.assign(new Error('JSON decode error', { cause }), { statusCode: 400 }));
    }
  };
  fastify.decorateRequest('bodyText', '');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, parse);
  fastify.addContentTypeParser('*', { parseAs: 'string' }, parse);
}

function countRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    done();
  });
}

export const configOf = (app: NestFastifyApplication): Config => app.get(Config);
