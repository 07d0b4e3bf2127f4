import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { event as eventSchema, type EventInput } from '@headgate/contracts/rest/events';
import type { Ctx } from '../../core/access/ctx.js';
import { AppError } from '../../core/errors/app-error.js';
import { Turns } from '../../core/fair/turns.js';
import { OnceInAWhile } from '../../core/http/newer-clients.js';
import { parseSent } from '../../core/json/exact-json.js';
import type { Frames } from '../../core/sockets/frames.js';
import type { Peer } from '../../core/sockets/peer.js';
import { Sockets } from '../../core/sockets/sockets.js';
import { Operations } from '../../core/operations/operations.js';
import { storeEvents } from './events.operations.js';
import { EventsIngest } from './ingest.js';

/** The largest event that the reference takes is 1.5 MB. */
const frameBytesMax = 2 * 1024 * 1024;
/** Events of one socket that are being stored: enough to fill batches. */
const inWorkMax = 250;
const retryMs = 250;

/**
 * The way in for events: one per frame, nothing is answered. Clients take the pong as the word that everything before
 * their ping is stored, and so it is answered in its turn; when storing fails the socket breaks, and they send again.
 */
@Injectable()
export class EventsInSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(EventsIngest) private readonly ingest: EventsIngest,
    @Inject(Operations) private readonly operations: Operations,
    @Inject(Turns) private readonly turns: Turns,
  ) {}

  onModuleInit(): void {
    this.sockets.add({
      path: /^\/api\/events\/in$/,
      needs: 'manage_events',
      frameBytesMax,
      handle: (peer, frames, ctx) => this.handle(peer, frames, ctx),
    });
  }

  private handle(peer: Peer, frames: Frames, ctx: Ctx): void {
    // Those that the budget makes wait ask one after the other, so that one socket asks no more often than one request.
    let paid: Promise<unknown> = Promise.resolve();
    // However many sockets a workspace has, it gets its turn among the others, and is hardly read meanwhile.
    const gate = this.turns.at('frames');
    const max = () => (gate.waitsFor(ctx.workspaceId) < inWorkMax ? inWorkMax : 1);
    frames.each(max, (frame) =>
      this.turns.during('frames', ctx.workspaceId, async () => {
        const event = parse(frame, ctx);
        if (!event) return;
        await (paid = paid.then(() => this.insist(peer, () => this.ingest.pay(ctx, 1))));
        await this.insist(peer, () => this.store(ctx, event));
      }),
    );
  }

  /** When there is too much, the sender waits; also one that has said goodbye, and believes that it was heard. */
  private async insist(peer: Peer, attempt: () => void | Promise<void>): Promise<void> {
    while (!peer.isSentAway) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof AppError && error.kind === 'tooMany')) throw error;
        await sleep(retryMs);
      }
    }
  }

  private async store(ctx: Ctx, event: EventInput): Promise<void> {
    try {
      await this.operations.run(ctx, storeEvents, [event]);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === 'tooMany'))
        ctx.log.warn({ err: error }, 'event could not be stored');
      throw error;
    }
  }
}

const lines = new OnceInAWhile(60_000);

/** Null for a frame that is not an event: one bad frame must not cost the others, and nothing here tells its sender. */
function parse(frame: string, { workspaceId, log }: Ctx): EventInput | null {
  try {
    return eventSchema.parse(parseSent(frame));
  } catch (error) {
    if (lines.isFirst(workspaceId))
      log.warn({ workspaceId, why: String(error).slice(0, 500) }, 'a frame is no event, and was left out');
    return null;
  }
}
