import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { Config } from './core/config/config.js';
import { serveHealth } from './core/health/serve-health.js';
import { LOGGER } from './core/log/log.module.js';
import type { Logger } from './core/log/logger.js';
import { NestLog } from './core/log/nest-log.js';
import { LoopBoard } from './core/loops/loop-board.js';
import { Loops } from './core/loops/loops.js';
import { Nudges } from './core/loops/nudges.js';
import { endInOrder, runProcess } from './core/process.js';
import { startPulse, tellStarted } from './core/pulse.js';
import { startWatchdog } from './core/watchdog/watchdog.js';

/** Scheduler, late runs, lost agents, expiry, retention: what time moves. */
await runProcess('loops', async () => {
  startPulse();
  const app = await NestFactory.createApplicationContext(AppModule, { logger: new NestLog(), abortOnError: false });
  const config = app.get(Config);
  const started = startWatchdog('loops', config.freezeSeconds);
  app.useLogger(new NestLog(app.get<Logger>(LOGGER)));
  endInOrder(app, config.supervised);
  const port = await serveHealth(app, config);
  app.get(Loops).start();
  app.get(Nudges).listen();
  app.get(LoopBoard).start();
  app.get<Logger>(LOGGER).info({ port, loops: app.get(Loops).names() }, 'looping');
  started();
  tellStarted();
});
