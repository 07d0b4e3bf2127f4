import { Injectable } from '@nestjs/common';
import { blockingOf, retryAfterSeconds } from './retry-after.js';
import type { SeenLimit } from './slots.sql.js';

/** More of one limit are not counted: they are sent away for as long as anybody is. */
const countedMax = 200;
const limitsMax = 10_000;

/**
 * Who was sent away from a full limit and is about to come back, as this process knows it. Each comes back once for each
 * time that he is sent away, so those whose moment is still to come are those who wait.
 */
@Injectable()
export class TurnedAway {
  /** By limit: when they come back, in milliseconds. */
  private readonly comings = new Map<string, number[]>();

  /** Seconds after which one who found too few slots in these limits asks again. */
  secondsFor(seen: SeenLimit[], slots: number, now = Date.now()): number {
    const blocking = blockingOf(seen, slots);
    const waiting = Math.max(...blocking.map((limit) => this.waitingFor(limit.id, now)));
    const seconds = retryAfterSeconds(blocking, slots, waiting);
    for (const limit of blocking) this.note(limit.id, now + seconds * 1000);
    return seconds;
  }

  private waitingFor(limitId: string, now: number): number {
    const left = (this.comings.get(limitId) ?? []).filter((at) => at > now);
    this.comings.set(limitId, left);
    return left.length;
  }

  private note(limitId: string, at: number): void {
    const comings = this.comings.get(limitId)!;
    if (comings.length < countedMax) comings.push(at);
    if (this.comings.size > limitsMax) this.comings.delete(this.comings.keys().next().value!);
  }
}
