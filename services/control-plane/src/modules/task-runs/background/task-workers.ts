import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { tooMuch } from '../../../core/errors/too-much.js';
import { wireTime } from '../../../core/events/events.js';
import { Live } from '../../../core/live/live.js';

/** A task worker as it crosses the wire. */
export type TaskWorker = { identifier: string; task_keys: string[]; timestamp: string };
/** A worker that was not seen for so long has gone without a word. */
const absentAfterMs = 30_000;
export const seenEveryMs = 10_000;
/** Connections are read a few at a time: each may have a thousand keys. */
const readTogether = 10;
/** Of all connections of a workspace, as they stand in Redis. */
const listBytesMax = 8 * 1024 * 1024;

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
    const workers = new Map<string, Merged>();
    for await (const [connectionId, entry] of this.connections(ctx)) {
      const worker = JSON.parse(entry) as TaskWorker;
      if (Date.parse(worker.timestamp) < Date.now() - absentAfterMs) void this.gone(ctx, connectionId);
      else merge(workers, worker);
    }
    const wanted = new Set(taskKeys);
    const serving = [...workers].filter(([, worker]) => servesOneOf(wanted, worker));
    return serving.map(([identifier, { keys, timestamp }]) => ({ identifier, task_keys: [...keys], timestamp }));
  }

  /** Without Redis, none. */
  private async *connections(ctx: Ctx): AsyncGenerator<[connectionId: string, entry: string]> {
    let [cursor, bytes] = ['0', 0];
    do {
      const none: [string, string[]] = ['0', []];
      const [next, page] = await this.live.redis.hscan(keyOf(ctx), cursor, 'COUNT', readTogether).catch(() => none);
      for (let at = 0; at < page.length; at += 2) {
        const [connectionId, entry] = [page[at]!, page[at + 1]!];
        if ((bytes += entry.length) > listBytesMax) throw tooMuch(listBytesMax);
        yield [connectionId, entry];
      }
      cursor = next;
    } while (cursor !== '0');
  }
}

/** What the connections of one worker say of it. */
type Merged = { keys: Set<string>; timestamp: string };

function merge(workers: Map<string, Merged>, { identifier, task_keys, timestamp }: TaskWorker): void {
  const known = workers.get(identifier);
  if (!known) {
    workers.set(identifier, { keys: new Set(task_keys), timestamp });
    return;
  }
  for (const key of task_keys) known.keys.add(key);
  if (timestamp > known.timestamp) known.timestamp = timestamp;
}

/** Whether a worker serves one of the keys that are asked for; all do when none are. */
function servesOneOf(wanted: Set<string>, { keys }: Merged): boolean {
  if (wanted.size === 0) return true;
  for (const key of wanted) if (keys.has(key)) return true;
  return false;
}
