import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { laterHeaders } from '../http/later.js';
import { takeOriginForm } from '../http/origin-form.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { Loops } from '../loops/loops.js';
import { toLoopJson } from './loop-json.js';
import { mayScrape } from './may-scrape.js';
import { Metrics } from './metrics.js';

type Answer = { status: number; headers: Record<string, string>; body: string };

async function answerOf(app: INestApplicationContext, config: Config, request: IncomingMessage): Promise<Answer> {
  const mayRead = config.metrics.token === null || mayScrape(config, request.headers.authorization);
  if (request.url === '/metrics' && mayRead) {
    const { registry } = app.get(Metrics);
    return { status: 200, headers: { 'content-type': registry.contentType }, body: await registry.metrics() };
  }
  if (request.url !== '/health') return { status: 404, headers: {}, body: '' };
  const loops = app.get(Loops).health();
  const ok = loops.every((loop) => loop.ok);
  return {
    status: ok ? 200 : 503,
    headers: { 'content-type': 'application/json', ...(ok ? {} : laterHeaders()) },
    body: JSON.stringify({ ok, loops: loops.map(toLoopJson) }),
  };
}

/** `/health`, not ok while a loop hangs, and `/metrics` of a process that has no other doors. Answers the port; null when none is wanted. */
export async function serveHealth(app: INestApplicationContext, config: Config): Promise<number | null> {
  if (config.loops.port === 0) return null;
  const server = createServer((request, response) => {
    takeOriginForm(request);
    answerOf(app, config, request)
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      // A figure that cannot be told is nobody's end.
      .catch((error: unknown) => {
        app.get<Logger>(LOGGER).error({ err: error }, 'health and metrics could not be told');
        response.destroy();
      });
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(config.loops.port, config.http.host, resolve),
  );
  return (server.address() as AddressInfo).port;
}
