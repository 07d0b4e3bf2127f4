import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../log/logger.js';

/** A connection that comes back by itself; while Redis is away commands fail at once instead of queueing up. */
export function createRedis(url: string, log: Logger, options: RedisOptions = {}): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: options.autoResubscribe === true,
    maxRetriesPerRequest: options.autoResubscribe === true ? null : 1,
    enableAutoPipelining: options.autoResubscribe !== true,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
    ...options,
  });
  let away = false;
  redis.on('error', (error) => {
    if (!away) log.warn({ err: error }, 'redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info('redis is back');
    away = false;
  });
  return redis;
}
