import { Redis, type Command } from 'ioredis';
import type { Logger } from '../log/logger.js';

/** Who has waited so long for an answer knows that nobody gives one. */
const answerMs = 1_000;
/** What a connection that ends may still send. */
const partingMs = 100;

/**
 * A connection on which one waits for all: the first command without an answer ends the connection, those that wait beside
 * it fail at once, and so do all others until it is back. Its handshakes ask whether it is, one at a time, and wait no
 * longer than a command.
 */
class AskingRedis extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    const sent = super.sendCommand(command, stream);
    if (command.isSettled) return sent;
    // A process that stood still reads what has come meanwhile, before it says that nothing came.
    const timer = setTimeout(() => setImmediate(() => command.isSettled || this.endSilent()), answerMs);
    const settled = () => clearTimeout(timer);
    command.promise.then(settled, settled);
    return sent;
  }

  private endSilent(): void {
    this.emit('silent');
    this.disconnect(true);
  }
}

const comesBack = {
  connectTimeout: 5_000,
  disconnectTimeout: partingMs,
  retryStrategy: (times: number) => Math.min(times * 100, 2_000),
};

/** For commands: it comes back by itself, and while Redis is away, or does not answer, they fail at once. */
export function createRedis(url: string, log: Logger): Redis {
  const options = {
    ...comesBack,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
  };
  return toldOf(new AskingRedis(url, options), log);
}

/** For listening: it comes back by itself, to the same channels. */
export function createSubscriber(url: string, log: Logger): Redis {
  return toldOf(new Redis(url, { ...comesBack, autoResubscribe: true, maxRetriesPerRequest: null }), log);
}

function toldOf(redis: Redis, log: Logger): Redis {
  let away = false;
  const isAway = (why: object) => {
    if (!away) log.warn(why, 'redis is away');
    away = true;
  };
  redis.on('error', (error) => isAway({ err: error }));
  redis.on('silent', () => isAway({ silentMs: answerMs }));
  redis.on('ready', () => {
    if (away) log.info('redis is back');
    away = false;
  });
  return redis;
}
