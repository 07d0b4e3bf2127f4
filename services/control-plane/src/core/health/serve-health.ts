import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { laterHeaders } from '../http/later.js';
import { Loops, type LoopHealth } from '../loops/loops.js';
import { mayScrape } from './may-scrape.js';
import { Metrics } from './metrics.js';

const toLoopJson = (loop: LoopHealth) => ({
  name: loop.name,
  every_seconds: loop.everySeconds,
  last_pass: loop.lastPass,
  running_seconds: loop.runningSeconds,
  ok: loop.ok,
});

/** `/health`, not ok while a loop hangs, and `/metrics` of a process that has no other doors. Answers the port; null when none is wanted. */
export async function serveHealth(app: INestApplicationContext, config: Config): Promise<number | null> {
  if (config.loops.port === 0) return null;
  const { registry } = app.get(Metrics);
  const server = createServer(async (request, response) => {
    if (
      request.url === '/metrics' &&
      (config.metrics.token === null || mayScrape(config, request.headers.authorization))
    )
      return response.setHeader('content-type', registry.contentType).end(await registry.metrics());
    if (request.url === '/health') {
      const loops = app.get(Loops).health();
      const ok = loops.every((loop) => loop.ok);
      response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json', ...(ok ? {} : laterHeaders()) });
      return response.end(JSON.stringify({ ok, loops: loops.map(toLoopJson) }));
    }
    return response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(config.loops.port, config.http.host, resolve),
  );
  return (server.address() as AddressInfo).port;
}
