import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { endInOrder, runProcess } from './core/process.js';
import { startPulse, tellStarted } from './core/pulse.js';
import { apiVersionHook } from './modules/server-info/index.js';
import { Gate } from './core/http/gate.js';
import { createHttpApp } from './core/http/http-app.js';
import { servePackages } from './core/web/serve-packages.js';
import { serveWeb } from './core/web/serve-web.js';
import { serveOpenApi } from './core/openapi/serve-openapi.js';
import { Config } from './core/config/config.js';
import { Database } from './core/db/database.js';
import { LOGGER } from './core/log/log.module.js';
import type { Logger } from './core/log/logger.js';
import { startWatchdog } from './core/watchdog/watchdog.js';

/** Connections that come in the same moment, as those of all agents after a restart. */
const comingMax = 4_096;

/** REST, GraphQL, websockets and the web app. */
await runProcess('api', async () => {
  startPulse();
  const gate = new Gate();
  const app = await createHttpApp(AppModule, gate);
  const { http, supervised, freezeSeconds } = app.get(Config);
  const started = startWatchdog('api', freezeSeconds);
  app.getHttpAdapter().getInstance().addHook('onRequest', apiVersionHook);
  serveOpenApi(app);
  servePackages(app, http.packagesDir);
  if (http.webDir) await serveWeb(app, http.webDir);
  await app.init();
  await app.get(Database).connect();
  endInOrder(app, supervised, () => gate.close());
  await app
    .getHttpAdapter()
    .getInstance()
    .listen({ ...http.listen, backlog: comingMax });
  const { port } = app.getHttpServer().address() as AddressInfo;
  app.get<Logger>(LOGGER).info({ port }, 'listening');
  started();
  tellStarted();
});
