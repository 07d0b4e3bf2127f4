import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { parseJson, stringifyExact } from '../json/exact-json.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { createRedis, createSubscriber } from './redis.js';
import { Config } from '../config/config.js';

type Listener = (payload: unknown) => void;
const prefix = 'headgate:';
/** Here a process says that it had news which it could not tell. */
const unsaid = 'headgate-unsaid';

/**
 * Says "look now" after a commit, to this process at once and to the others through Redis. What is published may be
 * lost (Redis is disposable): whoever needs every change also looks by itself now and then, and after `onGap`.
 */
@Injectable()
export class Live implements OnApplicationShutdown {
  private readonly local = new EventEmitter().setMaxListeners(0);
  private readonly gaps = new EventEmitter().setMaxListeners(0);
  private readonly publisher: ReturnType<typeof createRedis>;
  private readonly subscriber: Redis;
  private owesNews = false;
  private readonly origin = Math.random().toString(36).slice(2, 10);

  constructor(@Inject(Config) config: Config, @Inject(LOGGER) log: Logger) {
    this.publisher = createRedis(config.redis.url, log);
    this.subscriber = createSubscriber(config.redis.url, log);
    this.subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) =>
      this.receive(channel.toString(), message.toString()),
    );
    let connectedBefore = false;
    this.subscriber.on('ready', () => {
      if (connectedBefore) this.gaps.emit('gap');
      connectedBefore = true;
    });
    this.subscriber.subscribe(unsaid).catch(() => undefined);
    // What could not be told while the others heard well is missing to them without a gap of their own.
    const tellUnsaid = () => {
      if (this.owesNews) this.publisher.publish(unsaid, this.origin).catch(() => undefined);
      this.owesNews = false;
    };
    this.publisher.on('ready', tellUnsaid);
    this.publisher.on('back', tellUnsaid);
  }

  /** For commands that are not messages: presence, rate limits. */
  get redis(): Redis {
    return this.publisher;
  }

  /** Whether news of other processes come through. */
  get connected(): boolean {
    return this.subscriber.status === 'ready' && this.publisher.answers;
  }

  publish(topic: string, payload: unknown = null): void {
    this.local.emit(topic, payload);
    if (!this.publisher.answers) return void (this.owesNews = true);
    this.publisher.publish(prefix + topic, stringifyExact([this.origin, payload])).catch(() => (this.owesNews = true));
  }

  /** Answers the function that ends the subscription. */
  subscribe(topic: string, listener: Listener): () => void {
    if (this.local.listenerCount(topic) === 0) this.subscriber.subscribe(prefix + topic).catch(() => undefined);
    this.local.on(topic, listener);
    return () => {
      this.local.off(topic, listener);
      if (this.local.listenerCount(topic) === 0) this.subscriber.unsubscribe(prefix + topic).catch(() => undefined);
    };
  }

  /** Called when messages of other processes may have been missed. */
  onGap(listener: () => void): () => void {
    this.gaps.on('gap', listener);
    return () => this.gaps.off('gap', listener);
  }

  async ping(): Promise<void> {
    await this.publisher.ping();
  }

  private receive(channel: string, message: string): void {
    if (channel === unsaid) return void (message !== this.origin && this.gaps.emit('gap'));
    const [origin, payload] = parseJson(message) as [string, unknown];
    if (origin !== this.origin) this.local.emit(channel.slice(prefix.length), payload);
  }

  onApplicationShutdown(): void {
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }
}

/** Null: a run is due or a slot is free. Else the run that its agent should cancel. */
export type PoolRing = { cancelling: string } | null;

/** Pools go by their names, which they keep. */
export type NamedPool = { workspaceId: string; name: string };

/** The topics that are in use; one place, so that publisher and subscriber agree. */
export const topics = {
  /** Stored events of a workspace: an array of wire events. */
  events: (workspaceId: string) => `events:${workspaceId}`,
  /** Stored log lines of a workspace: an array of wire logs. */
  logs: (workspaceId: string) => `logs:${workspaceId}`,
  /** Task runs that changed: an array of `{id, flow_run_id}`. */
  taskRuns: (workspaceId: string) => `task-runs:${workspaceId}`,
  /** A background run waits for a task worker: its task key. */
  taskQueue: (workspaceId: string) => `task-queue:${workspaceId}`,
  /** Something may be had in this pool, or a cancellation waits: a `PoolRing`. */
  pool: (workPoolId: string) => `pool:${workPoolId}`,
  /** A pool was changed or deleted, or is served from now on, or no longer: a `NamedPool`. */
  pools: 'pools',
  /** The pool itself was changed, or deleted. */
  poolChanged: (workPoolId: string) => `pool-changed:${workPoolId}`,
  /** In this pool a worker is asked to end what a run left. */
  teardowns: (workPoolId: string) => `teardowns:${workPoolId}`,
  /** What workspaces have spent of their budgets in a process since it last said so. */
  spent: 'spent',
  /** Loops turn again somewhere, or nowhere any more. */
  loops: 'loops',
  /** A loop is to make its next pass at once: its name. */
  nudges: 'nudges',
  /** Rights have changed: an `AccessChange`. */
  access: 'access',
};
