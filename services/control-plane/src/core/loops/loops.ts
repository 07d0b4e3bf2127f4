import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { asSystem, type AsSystem } from '../access/ctx.js';
import { AppError } from '../errors/app-error.js';
import { fromDatabase } from '../errors/database-errors.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { nextDelayMs } from './pace.js';

/** What a pass did, by its own words; `more`: something may be left for the next one. */
export type Done = Record<string, number>;

/**
 * What time moves. A loop takes no input: it looks at the world and mends it. It may run in several processes, may be
 * killed at any point, and does nothing on a second pass.
 */
export type Loop = {
  name: string;
  /** What it is for, in a sentence, for those who watch it. */
  says: string;
  everySeconds: number;
  /** A pass that takes longer hangs: it is reported, and after as long again the process ends, to be started anew. */
  passSecondsMax?: number;
  /** Answers what it did, for the log; all zeros are not logged. `as` it acts in workspaces. */
  pass(as: AsSystem): Promise<Done>;
};

/** How a loop is doing. */
export type LoopHealth = {
  name: string;
  says: string;
  everySeconds: number;
  /** When its last pass ended, and the last one that did not fail. */
  lastPass: string | null;
  lastSuccess: string | null;
  lastSeconds: number | null;
  /** For how long a pass has been under way. */
  runningSeconds: number | null;
  passes: number;
  /** All in all, and since the last success. */
  failures: number;
  failuresInARow: number;
  lastError: string | null;
  /** Seconds at work since the process started. */
  busySeconds: number;
  /** Its last pass had no time for all that there was. */
  behind: boolean;
  /** False when its pass hangs. */
  ok: boolean;
};

const passSecondsMaxDefault = 120;
const lookMs = 1_000;
/** Nudges that come close together are one, and however many come, there are ten passes a second at most. */
const nudgeMs = 100;
const nudgeDelayMs = (): number => nudgeMs * (1 + Math.random());
/** Of a process that was ended because a loop hung. */
const exitCode = 71;

type Turns = {
  loop: Loop;
  as: AsSystem;
  startedMs: number | null;
  saidToHang: boolean;
  isNudged: boolean;
  face: Omit<LoopHealth, 'name' | 'says' | 'everySeconds' | 'runningSeconds' | 'ok'>;
};

const newFace = (): Turns['face'] => ({
  lastPass: null,
  lastSuccess: null,
  lastSeconds: null,
  passes: 0,
  failures: 0,
  failuresInARow: 0,
  lastError: null,
  busySeconds: 0,
  behind: false,
});

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
      startedMs: null,
      saidToHang: false,
      isNudged: false,
      face: newFace(),
    });
  }

  start(): void {
    for (const { loop } of this.turns.values())
      this.schedule(loop, Math.random() * Math.min(loop.everySeconds, 1) * 1000);
    this.looks = setInterval(() => this.endWhatHangs(), lookMs).unref();
  }

  get areTurning(): boolean {
    return this.looks !== undefined;
  }

  names(): string[] {
    return [...this.turns.keys()];
  }

  health(): LoopHealth[] {
    return [...this.turns.values()].map(({ loop, startedMs, face }) => {
      const running = startedMs === null ? null : (performance.now() - startedMs) / 1000;
      return {
        name: loop.name,
        says: loop.says,
        everySeconds: loop.everySeconds,
        ...face,
        runningSeconds: running === null ? null : Math.round(running),
        ok: running === null || running <= limitOf(loop),
      };
    });
  }

  /** One pass of one loop, now; for tests and tools. */
  async pass(name: string): Promise<Done> {
    const turns = this.turns.get(name);
    if (!turns) throw new Error(`no loop is called ${name}`);
    return turns.loop.pass(turns.as);
  }

  private schedule(loop: Loop, delayMs: number): void {
    if (this.stopped) return;
    clearTimeout(this.timers.get(loop.name));
    const timer = setTimeout(() => {
      const turn = this.turn(loop).finally(() => this.running.delete(turn));
      this.running.add(turn);
    }, delayMs);
    this.timers.set(loop.name, timer);
  }

  /**
   * The next pass comes at once. A loop that is at its pass makes another right after it: it may have looked before there
   * was something.
   */
  hurry(name: string): void {
    const turns = this.turns.get(name);
    if (!turns || turns.isNudged) return;
    turns.isNudged = true;
    if (turns.startedMs === null) this.schedule(turns.loop, nudgeDelayMs());
  }

  private async turn(loop: Loop): Promise<void> {
    const turns = this.turns.get(loop.name)!;
    const { face } = turns;
    const started = performance.now();
    Object.assign(turns, { startedMs: started, isNudged: false });
    const error = await this.tryPass(turns);
    const seconds = (performance.now() - started) / 1000;
    const now = new Date().toISOString();
    face.passes += 1;
    face.lastPass = now;
    face.lastSeconds = seconds;
    face.busySeconds += seconds;
    if (error === null) Object.assign(face, { lastSuccess: now, failuresInARow: 0 });
    else
      Object.assign(face, {
        failures: face.failures + 1,
        failuresInARow: face.failuresInARow + 1,
        lastError: error.message,
      });
    Object.assign(turns, { startedMs: null, saidToHang: false });
    const pace = { everySeconds: loop.everySeconds, failuresInARow: face.failuresInARow, isAway: isAway(error) };
    this.schedule(loop, turns.isNudged ? nudgeDelayMs() : nextDelayMs(pace));
  }

  /** Null when it went well. */
  private async tryPass(turns: Turns): Promise<Error | null> {
    const { loop, as } = turns;
    try {
      const did = await loop.pass(as);
      if (Object.values(did).some((count) => count > 0)) this.log.info({ loop: loop.name, ...did }, 'loop passed');
      turns.face.behind = (did['more'] ?? 0) > 0;
      return null;
    } catch (thrown) {
      const error = fromDatabase(thrown);
      this.log[isAway(error) ? 'warn' : 'error']({ err: error, loop: loop.name }, 'loop failed');
      return error instanceof Error ? error : new Error(String(error));
    }
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
const isAway = (error: unknown): boolean => error instanceof AppError && error.kind === 'unavailable';
