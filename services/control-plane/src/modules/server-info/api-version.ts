import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { clientVersionOf, isNewer } from '../../core/http/client-version.js';
import { apiVersion, apiVersionOldest, clientVersionKnown } from '@headgate/contracts/rest/server-info';

const shape = /^\s*v?(\d+)\.(\d+)(?:\.(\d+))?/;

function partsOf(version: string): number[] | null {
  const match = shape.exec(version);
  return match && match.slice(1).map((part) => Number(part ?? 0));
}

function isLower(one: number[], other: number[]): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}

/** Why a client of this API version is refused; null when it is not. A newer one is welcome. */
export function refusalOf(version: string | undefined): string | null {
  if (version === undefined) return null;
  const parts = partsOf(version);
  if (!parts) return `Invalid X-PREFECT-API-VERSION header format. Expected a version such as ${apiVersion}.`;
  if (!isLower(parts, partsOf(apiVersionOldest)!)) return null;
  return `The client speaks API version ${version}, which is older than ${apiVersionOldest}, the oldest that this server of version ${apiVersion} understands.`;
}

/** For Fastify's `onRequest`: clients that speak an API of long ago get a 400. */
export function apiVersionHook(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const sent = request.headers['x-prefect-api-version'];
  const refusal = refusalOf(Array.isArray(sent) ? sent[0] : sent);
  if (refusal === null) return done();
  void reply.status(400).send({ detail: refusal });
}

/**
 * The server version for a client's handshake. Clients complain about servers that are older than they are; which release
 * of the reference server we are like is theirs to compare with, so that a client newer than the one we know gets its own.
 */
export function serverVersionFor(userAgent: string | undefined): string {
  const client = clientVersionOf(userAgent);
  return client?.numbers[0] === 3 && isNewer(client) ? client.numbers.join('.') : clientVersionKnown;
}
