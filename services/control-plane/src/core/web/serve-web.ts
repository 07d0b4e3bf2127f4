import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../db/database.js';
import { Site, type Page } from './site.js';
import { redirectOf } from './redirects.js';

const notPages = /^\/(api|graphql|hooks|health|ready|metrics)(\/|$)/;

/** Serves the exported web app beside the doors, on the same port, from memory. */
export async function serveWeb(app: NestFastifyApplication, folder: string): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const site = Site.read(folder);
  const { db } = app.get(Database);
  fastify.addHook('onRequest', async (request, reply) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || notPages.test(request.url)) return undefined;
    const redirect = await redirectOf(db, request.url);
    if (redirect) return reply.redirect(redirect, 302);
    const page = site.find(request.url);
    return page
      ? sendPage(request, reply, page, 200)
      : site.notFound
        ? sendPage(request, reply, site.notFound, 404)
        : undefined;
  });
}

const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  // The command line's login page hands the key to a server on the visitor's own machine.
  "connect-src 'self' ws: wss: http://localhost:* http://127.0.0.1:*",
  "frame-ancestors 'none'",
  "base-uri 'self'",
].join('; ');

function sendPage(request: FastifyRequest, reply: FastifyReply, page: Page, status: number): FastifyReply {
  reply
    .header('etag', page.etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', page.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin');
  if (page.type.startsWith('text/html')) reply.header('content-security-policy', policy);
  if (status === 200 && request.headers['if-none-match'] === page.etag) return reply.status(304).send();
  reply.status(status).type(page.type);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (page.brotli && accepted.includes('br')) return reply.header('content-encoding', 'br').send(page.brotli);
  if (page.gzip && accepted.includes('gzip')) return reply.header('content-encoding', 'gzip').send(page.gzip);
  return reply.send(page.body);
}
