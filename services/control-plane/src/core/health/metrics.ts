import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Memory, collections, delays: of the process, whose observers are never let go. So applications have them in common. */
const ofTheProcess = new Registry();
collectDefaultMetrics({ register: ofTheProcess, prefix: 'headgate_' });

/** What a process counts about itself, in Prometheus' words. */
@Injectable()
export class Metrics {
  readonly registry = Registry.merge([ofTheProcess]);
  readonly requests = new Histogram({
    name: 'headgate_http_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });
  readonly stateChanges = new Counter({
    name: 'headgate_state_changes_total',
    help: 'Accepted changes of flow-run states.',
    labelNames: ['type'] as const,
    registers: [this.registry],
  });
  readonly operations = new Counter({
    name: 'headgate_operations_total',
    help: 'Operations that doors ran, by what came of them: done, refused, failed.',
    labelNames: ['operation', 'outcome'] as const,
    registers: [this.registry],
  });
  readonly claims = new Counter({
    name: 'headgate_claims_total',
    help: 'Runs handed to agents.',
    registers: [this.registry],
  });
  readonly sockets = new Gauge({
    name: 'headgate_sockets',
    help: 'Open websockets of the workspace API.',
    registers: [this.registry],
  });
}
