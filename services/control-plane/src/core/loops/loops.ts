import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { fromDatabase } from '../errors/database-errors.js';
import { AppError } from '../errors/app-error.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';

/**
 * What time moves. A loop takes no input: it looks at the world and mends it. It may run in several processes, may be
 * killed at any point, and does nothing on a second pass.
 */
export type Loop = {
  name: string;
  everySeconds: number;
  /** Answers what it did, for the log; all zeros are not logged. */
  pass(): Promise<Record<string, number>>;
};

@Injectable()
export class Loops implements OnApplicationShutdown {
  private readonly loops: Loop[] = [];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  /** Modules add their loops when they start; only the loops process starts them. */
  add(loop: Loop): void {
    this.loops.push(loop);
  }

  start(): void {
    for (const loop of this.loops) this.schedule(loop, Math.random() * Math.min(loop.everySeconds, 1) * 1000);
  }

  names(): string[] {
    return this.loops.map((loop) => loop.name);
  }

  /** One pass of one loop, now; for tests and tools. */
  async pass(name: string): Promise<Record<string, number>> {
    const loop = this.loops.find((each) => each.name === name);
    if (!loop) throw new Error(`no loop is called ${name}`);
    return loop.pass();
  }

  private schedule(loop: Loop, delayMs: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      const turn = this.turn(loop).finally(() => this.running.delete(turn));
      this.running.add(turn);
    }, delayMs);
    this.timers.set(loop.name, timer);
  }

  private async turn(loop: Loop): Promise<void> {
    try {
      const did = await loop.pass();
      if (Object.values(did).some((count) => count > 0)) this.log.info({ loop: loop.name, ...did }, 'loop passed');
    } catch (thrown) {
      const error = fromDatabase(thrown);
      const away = error instanceof AppError && error.kind === 'unavailable';
      this.log[away ? 'warn' : 'error']({ err: error, loop: loop.name }, 'loop failed');
    }
    this.schedule(loop, loop.everySeconds * 1000);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }
}
