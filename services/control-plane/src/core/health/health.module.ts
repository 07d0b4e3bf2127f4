import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.rest.js';
import { LoopMetrics } from './loop-metrics.js';
import { Metrics } from './metrics.js';

@Global()
@Module({ controllers: [HealthController], providers: [Metrics, LoopMetrics], exports: [Metrics] })
export class HealthModule {}
