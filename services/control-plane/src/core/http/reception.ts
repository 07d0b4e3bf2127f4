import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { askActor, showsAnything, unknownCaller } from '../access/credentials.js';
import { isFromAnotherSite } from '../access/forgery.js';
import { Identity } from '../access/identity.js';
import type { Need } from '../access/needs.js';
import { badRequest, forbidden } from '../errors/app-error.js';
import { listDoors } from '../openapi/doors.js';
import { addressedWorkspace } from './address.js';
import { lingerOver } from './linger.js';
import { isHost } from './origin.js';
import type { HeadgateRequest } from './request.js';

/** Bodies of those who are known, of everybody else, and of GraphQL, whose documents are dear to read. */
const bytesMax = { known: 5 * 1024 * 1024, stranger: 16 * 1024, graphql: 100 * 1024 };
const graphql = '/graphql';

/** Asks who it is before a body is read: a stranger may not make us read much, and nothing where only the known may go. */
export function receive(fastify: FastifyInstance, app: NestFastifyApplication): void {
  const identity = app.get(Identity);
  const needs = new Map<string, Need | undefined>(
    listDoors(app).map((door) => [`${door.method.toUpperCase()} ${door.path}`, door.needs]),
  );

  const asks = (request: HeadgateRequest, need: Need | undefined): boolean => {
    if (!showsAnything(request)) return false;
    if (request.routeOptions.url === graphql) return true;
    return need === 'nothing' ? Boolean(request.headers[addressedWorkspace]) : need !== undefined;
  };

  /** Answers why not. */
  const admit = (request: HeadgateRequest, need: Need | undefined): Error | null => {
    const isGraphql = request.routeOptions.url === graphql;
    request.bodyBytesMax = request.actor ? (isGraphql ? bytesMax.graphql : bytesMax.known) : bytesMax.stranger;
    if (!request.actor && need !== undefined && need !== 'nothing') return unknownCaller(request);
    return null;
  };

  fastify.addHook('onRequest', (received, _reply, done) => {
    const request = received as HeadgateRequest;
    const refuse = (why: Error) => {
      lingerOver(request.raw);
      done(why);
    };
    // Old clients send none; who reads it later expects one.
    request.headers.host ||= 'localhost';
    if (!isHost(request.headers.host)) return refuse(badRequest('Bad Request'));
    if (isFromAnotherSite(request, request.host)) return refuse(forbidden('This was sent by a page of another site.'));
    const { method, routeOptions } = request;
    const need = needs.get(`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url}`);
    const goOn = () => {
      const refusal = admit(request, need);
      return refusal ? refuse(refusal) : done();
    };
    if (!asks(request, need)) return goOn();
    askActor(identity, request).then(goOn, refuse);
  });
}
