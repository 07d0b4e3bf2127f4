import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { wireTime } from '../../../core/events/events.js';
import { Live } from '../../../core/live/live.js';

/** A task worker as it crosses the wire. */
export type TaskWorker = { identifier: string; task_keys: string[]; timestamp: string };
/** A worker that was not seen for so long has gone without a word. */
const absentAfterMs = 30_000;
export const seenEveryMs = 10_000;

const keyOf = ({ workspaceId }: Ctx) => `headgate:task-workers:${workspaceId}`;

/** Who is connected. Kept in Redis alone: a list to look at, which workers fill again by themselves. */
@Injectable()
export class TaskWorkers {
  constructor(@Inject(Live) private readonly live: Live) {}

  async seen(ctx: Ctx, connectionId: string, identifier: string, taskKeys: string[]): Promise<void> {
    const worker: TaskWorker = { identifier, task_keys: taskKeys, timestamp: wireTime() };
    await this.live.redis
      .multi()
      .hset(keyOf(ctx), connectionId, JSON.stringify(worker))
      .pexpire(keyOf(ctx), absentAfterMs)
      .exec()
      .catch(() => undefined);
  }

  async gone(ctx: Ctx, connectionId: string): Promise<void> {
    await this.live.redis.hdel(keyOf(ctx), connectionId).catch(() => undefined);
  }

  /** All of them, or those that serve one of the keys. A worker with several connections is one. */
  async list(ctx: Ctx, taskKeys: string[]): Promise<TaskWorker[]> {
    const entries = await this.live.redis.hgetall(keyOf(ctx)).catch(() => ({}));
    const workers = new Map<string, TaskWorker>();
    for (const [connectionId, entry] of Object.entries(entries)) {
      const worker = JSON.parse(entry) as TaskWorker;
      if (Date.parse(worker.timestamp) < Date.now() - absentAfterMs) void this.gone(ctx, connectionId);
      else workers.set(worker.identifier, together(workers.get(worker.identifier), worker));
    }
    const wanted = new Set(taskKeys);
    return [...workers.values()].filter(
      (worker) => wanted.size === 0 || worker.task_keys.some((key) => wanted.has(key)),
    );
  }
}

function together(one: TaskWorker | undefined, other: TaskWorker): TaskWorker {
  if (!one) return other;
  const task_keys = [...new Set([...one.task_keys, ...other.task_keys])];
  return { ...other, task_keys, timestamp: one.timestamp > other.timestamp ? one.timestamp : other.timestamp };
}
