import { Global, Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { createLogger } from './logger.js';

export const LOGGER = Symbol('logger');

@Global()
@Module({
  providers: [
    {
      provide: LOGGER,
      inject: [Config],
      useFactory: (config: Config) => createLogger(config.log.level, config.process),
    },
  ],
  exports: [LOGGER],
})
export class LogModule {}
