import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { endWithParent, runProcess } from './core/process.js';
import { apiVersionHook } from './modules/server-info/index.js';
import { createHttpApp } from './core/http/http-app.js';
import { serveWeb } from './core/web/serve-web.js';
import { serveOpenApi } from './core/openapi/serve-openapi.js';
import { Config } from './core/config/config.js';
import { LOGGER } from './core/log/log.module.js';
import type { Logger } from './core/log/logger.js';

/** REST, GraphQL, websockets and the web app. */
await runProcess('api', async () => {
  const app = await createHttpApp(AppModule);
  const config = app.get(Config);
  app.getHttpAdapter().getInstance().addHook('onRequest', apiVersionHook);
  serveOpenApi(app);
  if (config.http.webDir) await serveWeb(app, config.http.webDir);
  app.enableShutdownHooks();
  await app.listen(config.http.port, config.http.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  app.get<Logger>(LOGGER).info({ port }, 'listening');
  endWithParent(config.supervised, app);
});
