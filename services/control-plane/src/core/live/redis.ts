import { Redis, type Command } from 'ioredis';
import type { Logger } from '../log/logger.js';

/** Who has waited so long for an answer waits no longer, and nobody else begins to. */
const answerMs = 1_000;
/** A connection that says nothing for so long is given up; so is one that takes so long to be made. */
const silenceMs = 10_000;
/** What a connection that ends may still send. */
const partingMs = 100;

const noAnswer = () => new Error('Connection is closed: Redis does not answer');

/**
 * A connection on which one waits for all: after the first command without an answer those that wait beside it fail, and all
 * others at once. What was asked stays asked: its answer, however late, says that Redis is back. When none comes the
 * connection is made anew.
 */
class AskingRedis extends Redis {
  private isSilent = false;

  /** Whether commands are answered. */
  get answers(): boolean {
    return this.status === 'ready' && !this.isSilent;
  }

  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    if (this.isSilent && this.status === 'ready') {
      command.reject(noAnswer());
      return command.promise;
    }
    const late = this.status === 'ready' ? () => this.becomeSilent() : () => this.disconnect(true);
    const sent = super.sendCommand(command, stream);
    if (command.isSettled) return sent;
    // A process that stood still reads what has come meanwhile, before it says that nothing came.
    const timer = setTimeout(
      () => setImmediate(() => command.isSettled || late()),
      this.status === 'ready' ? answerMs : silenceMs,
    );
    const settled = () => clearTimeout(timer);
    command.promise.then(settled, settled);
    return sent;
  }

  private becomeSilent(): void {
    if (this.isSilent) return;
    this.isSilent = true;
    const { stream } = this;
    const giveUp = setTimeout(() => this.disconnect(true), silenceMs);
    const back = () => {
      clearTimeout(giveUp);
      stream.off('data', back).off('close', back);
      this.isSilent = false;
      if (this.status === 'ready') this.emit('back');
    };
    stream.on('data', back).on('close', back);
    this.emit('silent');
    for (const { command } of this.commandQueue.toArray()) command.reject(noAnswer());
  }
}

const comesBack = {
  connectTimeout: 5_000,
  disconnectTimeout: partingMs,
  retryStrategy: (times: number) => Math.min(times * 100, 2_000),
};

/** For commands: it comes back by itself, and while Redis is away, or does not answer, they fail at once. */
export function createRedis(url: string, log: Logger): AskingRedis {
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

function toldOf<T extends Redis>(redis: T, log: Logger): T {
  let away = false;
  const isAway = (why: object) => {
    if (!away) log.warn(why, 'redis is away');
    away = true;
  };
  redis.on('error', (error) => isAway({ err: error }));
  redis.on('silent', () => isAway({ silentMs: answerMs }));
  const isBack = () => {
    if (away) log.info('redis is back');
    away = false;
  };
  redis.on('ready', isBack);
  redis.on('back', isBack);
  return redis;
}
