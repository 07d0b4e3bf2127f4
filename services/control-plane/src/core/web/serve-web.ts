import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../access/credentials.js';
import { Identity } from '../access/identity.js';
import { Database } from '../db/database.js';
import { isHost } from '../http/origin.js';
import { pageHeaders, pagePolicy, scriptPolicy } from '../http/safe-answers.js';
import { targetOf, visitorOf } from './redirects.js';
import { Site, type Page } from './site.js';

const notPages = /^\/(api|graphql|hooks|health|ready|metrics)(\/|$)/;

/** Serves the exported web app beside the doors, on the same port, from memory. */
export async function serveWeb(app: NestFastifyApplication, folder: string): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const site = Site.read(folder);
  const reads = { db: app.get(Database).db, identity: app.get(Identity) };
  fastify.addHook('onRequest', async (request, reply) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || notPages.test(request.url)) return undefined;
    const target = await targetOf(request.url, () => actorOf(reads.identity, request), reads);
    if (target?.kind === 'page') return reply.redirect(target.path, 302);
    if (target?.kind === 'sign-in')
      return reply.redirect(`/sign-in?${new URLSearchParams({ next: target.next })}`, 302);
    const page = target ? null : site.find(request.url);
    // Parts of a page are fetched by a page that is shown already.
    const handles = page?.type.startsWith('text/html') ? site.handlesIn(request.url) : null;
    const visitor = handles && (await visitorOf(handles, () => actorOf(reads.identity, request), reads));
    if (visitor === 'nobody') return reply.redirect(`/sign-in?${new URLSearchParams({ next: request.url })}`, 302);
    if (page && visitor !== 'stranger') return sendPage(request, reply, page, 200);
    return site.notFound ? sendPage(request, reply, site.notFound, 404) : undefined;
  });
}

/** The command line's login page hands the key to a server on the visitor's own machine. */
const handsOver = /^\/auth\/client([/?]|$)/;
const ownMachine = ['http://localhost:*', 'http://127.0.0.1:*'];

function policyOf({ host, url }: FastifyRequest, { scripts }: Page): string {
  // Not every browser takes 'self' to mean websockets too.
  const own = isHost(host) ? [`ws://${host}`, `wss://${host}`] : [];
  return pagePolicy({ scripts, connect: handsOver.test(url) ? [...own, ...ownMachine] : own });
}

function sendPage(request: FastifyRequest, reply: FastifyReply, page: Page, status: number): FastifyReply {
  reply
    .header('etag', page.etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', page.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .headers(pageHeaders);
  if (page.type.startsWith('text/html')) reply.header('content-security-policy', policyOf(request, page));
  if (page.type.startsWith('text/javascript')) reply.header('content-security-policy', scriptPolicy);
  if (status === 200 && request.headers['if-none-match'] === page.etag) return reply.status(304).send();
  reply.status(status).type(page.type);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (page.brotli && accepted.includes('br')) return reply.header('content-encoding', 'br').send(page.brotli);
  if (page.gzip && accepted.includes('gzip')) return reply.header('content-encoding', 'gzip').send(page.gzip);
  return reply.send(page.body);
}
