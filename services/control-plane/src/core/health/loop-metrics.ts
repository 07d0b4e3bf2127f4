import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Loops, type LoopHealth } from '../loops/loops.js';
import { Metrics } from './metrics.js';

/** How the loops of this process are doing, read when somebody scrapes. */
@Injectable()
export class LoopMetrics {
  constructor(@Inject(Metrics) { registry }: Metrics, @Inject(Loops) loops: Loops) {
    const registers = [registry];
    // Where they do not turn, there is nothing to tell of them.
    const turning = () => (loops.areTurning ? loops.health() : []);
    const gauge = (name: string, help: string, valueOf: (loop: LoopHealth) => number | null) =>
      new Gauge({
        name,
        help,
        labelNames: ['loop'] as const,
        registers,
        collect() {
          for (const loop of turning()) {
            const value = valueOf(loop);
            if (value !== null) this.set({ loop: loop.name }, value);
          }
        },
      });
    gauge('headgate_loop_last_success_seconds', 'When a pass last ended well, in Unix time.', ({ lastSuccess }) =>
      lastSuccess === null ? null : Date.parse(lastSuccess) / 1000,
    );
    gauge('headgate_loop_last_pass_seconds', 'How long the last pass took.', ({ lastSeconds }) => lastSeconds);
    gauge('headgate_loop_running_seconds', 'For how long a pass is under way.', (loop) => loop.runningSeconds ?? 0);
    gauge('headgate_loop_behind', '1 when the last pass had no time for all that there was.', ({ behind }) =>
      Number(behind),
    );
    const counter = (name: string, help: string, valueOf: (loop: LoopHealth) => number) =>
      new Counter({
        name,
        help,
        labelNames: ['loop'] as const,
        registers,
        collect() {
          this.reset();
          for (const loop of turning()) this.inc({ loop: loop.name }, valueOf(loop));
        },
      });
    counter('headgate_loop_passes_total', 'Passes, whether or not they went well.', ({ passes }) => passes);
    counter('headgate_loop_failures_total', 'Passes that failed.', ({ failures }) => failures);
    counter('headgate_loop_busy_seconds_total', 'Time spent in passes.', ({ busySeconds }) => busySeconds);
  }
}
