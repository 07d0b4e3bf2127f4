import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { asSystem, type AsSystem } from '../access/ctx.js';
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
  /** A pass that takes longer hangs: it is reported, and after as long again the process ends, to be started anew. */
  passSecondsMax?: number;
  /** Answers what it did, for the log; all zeros are not logged. `as` it acts in workspaces. */
  pass(as: AsSystem): Promise<Record<string, number>>;
};

/** How a loop is doing: when its last pass ended, for how long one has been under way, whether that is too long. */
export type LoopHealth = {
  name: string;
  everySeconds: number;
  lastPass: string | null;
  runningSeconds: number | null;
  ok: boolean;
};

const passSecondsMaxDefault = 120;
const lookMs = 1_000;
/** Of a process that was ended because a loop hung. */
const exitCode = 71;

type Turns = { loop: Loop; as: AsSystem; lastPass: Date | null; startedMs: number | null; saidToHang: boolean };

@Injectable()
export class Loops implements OnApplicationShutdown {
  private readonly turns = new Map<string, Turns>();
  private looks: NodeJS.Timeout | undefined;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  /** Modules add their loops when they start; only the loops process starts them. */
  add(loop: Loop): void {
    this.turns.set(loop.name, {
      loop,
      as: asSystem(loop.name, this.log),
      lastPass: null,
      startedMs: null,
      saidToHang: false,
    });
  }

  start(): void {
    for (const { loop } of this.turns.values())
      this.schedule(loop, Math.random() * Math.min(loop.everySeconds, 1) * 1000);
    this.looks = setInterval(() => this.endWhatHangs(), lookMs).unref();
  }

  names(): string[] {
    return [...this.turns.keys()];
  }

  health(): LoopHealth[] {
    return [...this.turns.values()].map(({ loop, lastPass, startedMs }) => {
      const running = startedMs === null ? null : (performance.now() - startedMs) / 1000;
      return {
        name: loop.name,
        everySeconds: loop.everySeconds,
        lastPass: lastPass?.toISOString() ?? null,
        runningSeconds: running === null ? null : Math.round(running),
        ok: running === null || running <= limitOf(loop),
      };
    });
  }

  /** One pass of one loop, now; for tests and tools. */
  async pass(name: string): Promise<Record<string, number>> {
    const turns = this.turns.get(name);
    if (!turns) throw new Error(`no loop is called ${name}`);
    return turns.loop.pass(turns.as);
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
    const turns = this.turns.get(loop.name)!;
    turns.startedMs = performance.now();
    try {
      const did = await loop.pass(turns.as);
      if (Object.values(did).some((count) => count > 0)) this.log.info({ loop: loop.name, ...did }, 'loop passed');
    } catch (thrown) {
      const error = fromDatabase(thrown);
      const away = error instanceof AppError && error.kind === 'unavailable';
      this.log[away ? 'warn' : 'error']({ err: error, loop: loop.name }, 'loop failed');
    }
    Object.assign(turns, { lastPass: new Date(), startedMs: null, saidToHang: false });
    this.schedule(loop, loop.everySeconds * 1000);
  }

  /** A pass cannot be taken back from what it waits for; a loop may be killed at any point. */
  private endWhatHangs(): void {
    for (const turns of this.turns.values()) {
      if (turns.startedMs === null) continue;
      const seconds = (performance.now() - turns.startedMs) / 1000;
      const limit = limitOf(turns.loop);
      if (seconds > limit && !turns.saidToHang) {
        turns.saidToHang = true;
        this.log.error({ loop: turns.loop.name, seconds: Math.round(seconds) }, 'loop hangs');
      }
      if (seconds <= 2 * limit) continue;
      this.log.fatal({ loop: turns.loop.name }, 'loop hangs: ending the process');
      process.exit(exitCode);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looks);
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }
}

const limitOf = (loop: Loop): number => loop.passSecondsMax ?? passSecondsMaxDefault;
