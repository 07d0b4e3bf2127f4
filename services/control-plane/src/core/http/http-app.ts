import type { RequestListener } from 'node:http';
import cookie from '@fastify/cookie';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@headgate/contracts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Config } from '../config/config.js';
import { proxyTrust } from '../config/trusted-proxies.js';
import { Holders } from '../access/holders.js';
import { Identity } from '../access/identity.js';
import { Budgets } from '../fair/budgets.js';
import { takeTurns } from '../fair/fair-requests.js';
import { Turns } from '../fair/turns.js';
import { refuseDeepDocuments } from '../graphql/deep-documents.js';
import { Metrics } from '../health/metrics.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { NestLog } from '../log/nest-log.js';
import { Upgrades } from '../sockets/upgrades.js';
import { rewriteUrl } from './address.js';
import { sendInPieces } from './answer-in-pieces.js';
import { compressAnswers } from './compressed-answers.js';
import { FrontServer } from './front-server.js';
import { refuseUnreadable } from './unreadable.js';
import { Gate } from './gate.js';
import { writeAnswers } from './long-answers.js';
import { noteNewerClients } from './newer-clients.js';
import { guardAnswers } from './safe-answers.js';
import { readBodies } from './read-body.js';
import { receive } from './reception.js';

/** Where websockets are. */
const socketsAt = /^\/(api\/|graphql(\/?$|\/?\?))/;

/** The application with its HTTP server set up, not yet listening. */
export async function createHttpApp(module: Type, gate = new Gate()): Promise<NestFastifyApplication> {
  const { http } = Config.fromEnv();
  const isProxy = proxyTrust(http.trustedProxies);
  const limits = {
    max: http.connectionsMax,
    perAddressMax: http.connectionsPerAddressMax,
    isProxy: (address: string) => isProxy(address, 0),
  };
  const adapter = new FastifyAdapter({
    serverFactory: ((handle: RequestListener) =>
      gate.keep(new FrontServer(gate.guard(handle), limits, socketsAt))) as never,
    rewriteUrl,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 600 },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseUnreadable,
    genReqId: () => newId(),
    // A path that cannot be decoded names nothing.
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) =>
      void reply.code(404).send({ detail: 'Not Found' }),
    logger: false,
    trustProxy: isProxy,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLog(),
    abortOnError: false,
    bodyParser: false,
  });
  app.useLogger(new NestLog(app.get<Logger>(LOGGER)));
  await app.register(cookie as never);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', guardAnswers(http.isSecure));
  receive(fastify, app);
  takeTurns(fastify, app.get(Turns), app.get(Budgets), app.get(Identity));
  readBodies(fastify);
  writeAnswers(fastify);
  compressAnswers(fastify);
  sendInPieces(fastify, app.get(Holders));
  countRequests(fastify, app.get(Metrics));
  noteNewerClients(fastify, app.get<Logger>(LOGGER));
  refuseDeepDocuments(fastify);
  const upgrades = app.get(Upgrades);
  upgrades.listen(app.getHttpServer());
  fastify.addHook('preClose', () => {
    gate.close();
    return upgrades.close();
  });
  return app;
}

function countRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    // What names no door is told by its status alone, or strangers could make up series.
    const labels = { method: route ? request.method : 'any', route: route ?? 'none', status: String(reply.statusCode) };
    metrics.requests.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}
