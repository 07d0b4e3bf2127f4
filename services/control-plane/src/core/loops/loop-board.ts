import { hostname } from 'node:os';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Live } from '../live/live.js';
import { Loops, type LoopHealth } from './loops.js';

/** The loops of one process, as they last said that they are. */
export type LoopProcess = { process: string; seen: string; loops: LoopHealth[] };

const key = 'headgate:loops';
const everyMs = 2_000;
/** Who was not heard of for so long has gone. */
const absentAfterMs = 30_000;

/**
 * How the loops of all processes are doing, for those who watch from elsewhere. Kept in Redis alone: a board to look at,
 * which each process fills again by itself.
 */
@Injectable()
export class LoopBoard implements OnModuleDestroy {
  private readonly process = `${hostname()}/${process.pid}`;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Live) private readonly live: Live,
    @Inject(Loops) private readonly loops: Loops,
  ) {}

  /** In the process where the loops turn. */
  start(): void {
    this.timer = setInterval(() => void this.write(), everyMs).unref();
  }

  async write(): Promise<void> {
    const said: LoopProcess = { process: this.process, seen: new Date().toISOString(), loops: this.loops.health() };
    await this.live.redis
      .multi()
      .hset(key, this.process, JSON.stringify(said))
      .pexpire(key, absentAfterMs)
      .exec()
      .catch(() => undefined);
  }

  /** Throws when Redis is away. */
  async list(): Promise<LoopProcess[]> {
    const entries = await this.live.redis.hgetall(key);
    const processes = Object.values(entries).map((entry) => JSON.parse(entry) as LoopProcess);
    const [there, gone] = [processes.filter(isThere), processes.filter((each) => !isThere(each))];
    if (gone.length > 0) void this.live.redis.hdel(key, ...gone.map((each) => each.process)).catch(() => undefined);
    return there.sort((one, other) => one.process.localeCompare(other.process));
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}

const isThere = ({ seen }: LoopProcess): boolean => Date.parse(seen) > Date.now() - absentAfterMs;
