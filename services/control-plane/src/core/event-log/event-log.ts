import { Inject, Injectable } from '@nestjs/common';
import type { AsSystem } from '../access/ctx.js';
import { Database } from '../db/database.js';
import { Events } from '../events/events.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { Loops, type Done } from '../loops/loops.js';
import { Nudges } from '../loops/nudges.js';
import { Work } from '../unit-of-work/work.js';
import type { EventConsumer } from './consumer.js';
import { dueCursors, ensureCursors, everybody, lagOf, type CursorKey, type Lag } from './cursor.sql.js';
import { Follower } from './follower.js';

/** So long a pass goes on while there is more; then the loop shows that it is behind, and goes on at once. */
const passSeconds = 5;
/** However many events there are, a process nudges so often. */
const nudgeEveryMs = 50;

/**
 * The table of events as a log that consumers follow, each at its own pace (docs/decisions/0040-event-log.md). Every
 * consumer is a loop; where there are none, nothing turns and nothing is asked.
 */
@Injectable()
export class EventLog {
  private readonly consumers: string[] = [];
  private nudging: NodeJS.Timeout | null = null;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Nudges) private readonly nudges: Nudges,
    @Inject(Events) private readonly events: Events,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Modules add their consumers when they start; they follow where the loops turn. */
  add(consumer: EventConsumer): void {
    if (this.consumers.length === 0) this.events.onAnnounced(() => this.nudge());
    this.consumers.push(consumer.name);
    const follower = new Follower(consumer, this.work, this.log);
    let isKnown = false;
    this.loops.add({
      name: loopOf(consumer.name),
      says: consumer.says,
      everySeconds: 1,
      pass: async (as) => {
        if (!isKnown) await ensureCursors(this.database.db, consumer.name, consumer.from);
        isKnown = true;
        return this.pass(consumer, follower, as);
      },
    });
  }

  /** How far they are behind. */
  async lag(): Promise<Lag[]> {
    return this.consumers.length > 0 ? lagOf(this.database.searches, this.consumers) : [];
  }

  /** Shards and workspaces take turns, a page each, so that nobody stands before the others. */
  private async pass(consumer: EventConsumer, follower: Follower, as: AsSystem): Promise<Done> {
    const { due, now } = await dueCursors(this.database.searches, consumer.name);
    const until = performance.now() + passSeconds * 1000;
    const done = { taken: 0, failed: 0, more: 0 };
    let turns = inAnyOrder(due);
    while (turns.length > 0 && performance.now() < until) {
      const left: CursorKey[] = [];
      for (const key of turns) {
        const step =
          key.workspaceId === everybody ? await follower.moveShard(as, key, now) : await follower.catchUp(as, key);
        done.taken += step.taken;
        done.failed += step.failed;
        if (step.more) left.push(key);
      }
      turns = left;
    }
    done.more = turns.length;
    if (turns.length > 0) this.loops.hurry(loopOf(consumer.name));
    return done;
  }

  /** Once for all that is written within a moment. */
  private nudge(): void {
    this.nudging ??= setTimeout(() => {
      this.nudging = null;
      for (const consumer of this.consumers) this.nudges.nudge(loopOf(consumer));
    }, nudgeEveryMs).unref();
  }
}

export const loopOf = (consumer: string): string => `follow-events-${consumer}`;

/** Replicas that look at the same time begin at different ends. */
const inAnyOrder = <T>(list: T[]): T[] => {
  const at = Math.floor(Math.random() * list.length);
  return [...list.slice(at), ...list.slice(0, at)];
};
