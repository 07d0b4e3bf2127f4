import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { notFound } from '../errors/app-error.js';

const address = /^\/packages\/(agent|sdk)\.tgz(?:\?|$)/;

type Package = { body: Buffer; etag: string };

/**
 * Gives the agent and the SDK that fit this server to machines that are to be connected, which need Node and nothing
 * else: `npm install http://…/packages/sdk.tgz`. They hold no secret, and npm sends no key.
 */
export function servePackages(app: NestFastifyApplication, folder: string | null): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const packages = new Map(['agent', 'sdk'].flatMap((name) => read(folder, name)));
  fastify.addHook('onRequest', async (request, reply) => {
    const name = request.method === 'GET' || request.method === 'HEAD' ? address.exec(request.url)?.[1] : undefined;
    if (!name) return undefined;
    const found = packages.get(name);
    if (!found) throw notFound(`This server was set up without the package of the ${name}.`);
    reply.header('etag', found.etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === found.etag) return reply.status(304).send();
    return reply.type('application/gzip').send(found.body);
  });
}

function read(folder: string | null, name: string): [string, Package][] {
  const file = folder && path.join(folder, `${name}.tgz`);
  if (!file || !fs.existsSync(file)) return [];
  const body = fs.readFileSync(file);
  return [[name, { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` }]];
}
