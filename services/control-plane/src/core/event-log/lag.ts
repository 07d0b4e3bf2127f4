import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../health/metrics.js';
import { Loops } from '../loops/loops.js';
import type { Lag } from './cursor.sql.js';
import { EventLog } from './event-log.js';

/** How far consumers are behind, looked up when somebody scrapes a process where they follow. */
@Injectable()
export class EventLag {
  constructor(@Inject(Metrics) { registry }: Metrics, @Inject(EventLog) log: EventLog, @Inject(Loops) loops: Loops) {
    const gauge = (name: string, help: string, valueOf: (lag: Lag) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['consumer'] as const,
        registers: [registry],
        async collect() {
          // While the database is away, everything else is told of.
          const lags = loops.areTurning ? await log.lag().catch(() => []) : [];
          for (const lag of lags) this.set({ consumer: lag.consumer }, valueOf(lag));
        },
      });
    gauge(
      'headgate_event_consumer_lag_seconds',
      'For how long the oldest event waits that a consumer has not taken.',
      ({ seconds }) => seconds,
    );
    gauge(
      'headgate_event_consumer_behind',
      'Workspaces that are behind the others: what they have fails, or is too much.',
      ({ behind }) => behind,
    );
  }
}
