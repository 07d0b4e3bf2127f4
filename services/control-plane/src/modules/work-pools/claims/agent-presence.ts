import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { asSystem, type AsSystem, type Ctx } from '../../../core/access/ctx.js';
import { AppError } from '../../../core/errors/app-error.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import type { ServedPool } from '../pools/work-pool.js';
import { WorkersService } from '../workers/workers.service.js';
import { PollingService } from './polling.service.js';

/** That an agent polls: `at` on the clock of the process, in milliseconds. */
type Sign = { pool: ServedPool; agentName: string; agentId: string; queueNames: string[]; at: number };
type Poll = { agent_name: string; agent_id: string; work_queue_names: string[] };

/** What an agent is said to beat at; it is lost after three of them. */
const beatSeconds = 20;
/** Of who was seen so short ago it is known that its queues are there, and it is not lost before the next write. */
const knownMs = 45_000;
/** Of who waits it is said this often that it is there; every second it is looked for whom it is time. */
const sayMs = 30_000;
const roundMs = 1_000;
const gatherMs = 1_000;
/** An agent that left so short after it was seen is not brought back by what was gathered. In seconds. */
const doubt = 2;
const seenMax = 50_000;

/** Agents may have one name: those of machines that were made from one image. */
const keyOf = (poolId: string, agentId: string): string => `${poolId}/${agentId}`;

/**
 * That our agents are there, as their polls tell. Who comes new is written down before its poll goes on; those who are
 * known are written down together, once a second, so that one more of them costs a row and no statement.
 */
@Injectable()
export class AgentPresence implements OnModuleDestroy {
  /** Null: it has left. */
  private readonly seen = new Map<string, Sign | null>();
  /** Those whose polls wait, longest unseen first. */
  private readonly attending = new Set<Sign>();
  private rounds: NodeJS.Timeout | undefined;
  private waiting = new Map<string, Sign>();
  private timer: NodeJS.Timeout | undefined;
  private readonly as: AsSystem;

  constructor(
    @Inject(WorkersService) private readonly workers: WorkersService,
    @Inject(PollingService) private readonly polling: PollingService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.as = asSystem('agent-presence', log);
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    clearInterval(this.rounds);
  }

  /**
   * Notes that an agent asks, and is there for as long as it waits, until the answered function is called. Throws notFound
   * when the pool or one of the queues that are named is not there.
   */
  async attend(ctx: Ctx, pool: ServedPool, poll: Poll): Promise<() => void> {
    const { agent_name: agentName, agent_id: agentId } = poll;
    const sign = { pool, agentName, agentId, queueNames: [...new Set(poll.work_queue_names)], at: performance.now() };
    await this.note(ctx, sign);
    this.attending.add(sign);
    this.rounds ??= setInterval(() => this.goRound(), roundMs).unref();
    return () => void this.attending.delete(sign);
  }

  /** A poll may wait for longer than the time after which its agent would be lost. */
  private goRound(): void {
    const now = performance.now();
    for (const sign of this.attending) {
      if (sign.at > now - sayMs) return;
      this.attending.delete(sign);
      const key = keyOf(sign.pool.id, sign.agentId);
      if (this.seen.get(key) === null) continue;
      sign.at = now;
      this.attending.add(sign);
      this.seen.set(key, sign);
      this.writeSoon(key, sign);
    }
  }

  private async note(ctx: Ctx, sign: Sign): Promise<void> {
    const { pool, queueNames } = sign;
    const key = keyOf(pool.id, sign.agentId);
    const last = this.seen.get(key);
    const isKnown = last != null && pool.status !== 'NOT_READY' && isSame(last.queueNames, queueNames);
    if (isKnown && last.at > sign.at - beatSeconds * 1000) return;
    if (this.seen.size >= seenMax) this.seen.clear();
    this.seen.set(key, sign);
    if (isKnown && last.at > sign.at - knownMs) return this.writeSoon(key, sign);
    await this.write(ctx, sign).catch((error: unknown) => {
      this.forget(key, sign);
      throw error;
    });
  }

  /** Another agent of that name is still there. */
  async leave(ctx: Ctx, pool: ServedPool, agentName: string, agentId: string): Promise<void> {
    const key = keyOf(pool.id, agentId);
    this.seen.set(key, null);
    this.waiting.delete(key);
    await this.workers.leave(ctx, pool, agentName, agentId);
  }

  private writeSoon(key: string, sign: Sign): void {
    this.waiting.set(key, sign);
    this.timer ??= setTimeout(() => void this.writeAll(), gatherMs).unref();
  }

  /** What is asked for in the same turn shares its statements. */
  private async writeAll(): Promise<void> {
    const signs = this.waiting;
    this.waiting = new Map();
    const failures = new Map<string, unknown>();
    const polled = new Map<string, Promise<void>>();
    const note = (sign: Sign): Promise<void> => {
      const queues = `${sign.pool.id}/${JSON.stringify(sign.queueNames)}`;
      if (!polled.has(queues)) polled.set(queues, this.notePoll(this.as(sign.pool.workspace_id), sign));
      return polled.get(queues)!;
    };
    const writes = [...signs].map(([key, sign]) =>
      Promise.all([this.beat(this.as(sign.pool.workspace_id), sign, doubt), note(sign)]).catch((error: unknown) =>
        failures.set(key, error),
      ),
    );
    await Promise.all(writes);
    this.timer = undefined;
    for (const [key, error] of failures) this.failed(key, signs.get(key)!, error);
    const troubles = [...failures.values()].filter((error) => !isNotFound(error));
    if (troubles.length > 0)
      this.log.warn({ err: troubles[0], agents: troubles.length }, 'presence of agents not written');
    // Those who came meanwhile.
    if (this.waiting.size > 0) this.timer = setTimeout(() => void this.writeAll(), gatherMs).unref();
  }

  /** Whoever asks for what is not there hears of it with the next poll; everything else is tried again. */
  private failed(key: string, sign: Sign, error: unknown): void {
    if (this.seen.get(key) !== sign) return;
    if (isNotFound(error)) this.seen.delete(key);
    else if (!this.waiting.has(key)) this.waiting.set(key, sign);
  }

  private forget(key: string, sign: Sign): void {
    if (this.seen.get(key) === sign) this.seen.delete(key);
  }

  private async write(ctx: Ctx, sign: Sign): Promise<void> {
    await this.beat(ctx, sign);
    await this.notePoll(ctx, sign);
  }

  private async beat(ctx: Ctx, { pool, agentName, agentId, at }: Sign, doubt = 0): Promise<void> {
    await this.workers.beat(ctx, pool, agentName, beatSeconds, null, { at, doubt, agentId });
  }

  private notePoll(ctx: Ctx, { pool, queueNames }: Sign): Promise<void> {
    return this.polling.note(ctx, pool, queueNames.length > 0 ? queueNames : null);
  }
}

const isNotFound = (error: unknown): boolean => error instanceof AppError && error.kind === 'notFound';
const isSame = (one: string[], other: string[]): boolean =>
  one.length === other.length && one.every((name, at) => name === other[at]);
