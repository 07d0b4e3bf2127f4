import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { wireTime } from '../../../core/events/events.js';
import type { Bell } from '../../../core/live/bell.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import { firstWordMs, type Frames } from '../../../core/sockets/frames.js';
import type { Peer } from '../../../core/sockets/peer.js';
import { Sockets } from '../../../core/sockets/sockets.js';
import { taskRunJson } from '../task-run.js';
import { HeldOffers } from './held-offers.js';
import { OffersService } from './offers.service.js';
import { seenEveryMs, TaskWorkers } from './task-workers.js';

const typed = z.looseObject({ type: z.string() });
/** Each of them is looked for in the database, and told of whoever lists the workers. */
const keysMax = 1_000;
const subscription = z.object({ keys: z.array(z.string()).min(1).max(keysMax), client_id: z.string().min(1) });
type Subscription = z.infer<typeof subscription>;

type Conversation = {
  ctx: Ctx;
  /** The keys, whose turn it is first. */
  turns: string[];
  bell: Bell;
  held: HeldOffers;
  gone: AbortController;
};

/** The keys of a thousand tasks. */
const frameBytesMax = 128 * 1024;
/** Close code of this socket for a peer that does not keep to the protocol. */
const protocolViolation = 4001;

/** Background runs for task workers: one at a time, the next when the last is acknowledged. */
@Injectable()
export class ScheduledSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(OffersService) private readonly offers: OffersService,
    @Inject(TaskWorkers) private readonly workers: TaskWorkers,
  ) {}

  onModuleInit(): void {
    this.sockets.add({
      path: /^\/api\/task_runs\/subscriptions\/scheduled$/,
      needs: 'run_tasks',
      frameBytesMax,
      handle: (peer, frames, ctx) => this.handle(peer, frames, ctx),
    });
  }

  private async handle(peer: Peer, frames: Frames, ctx: Ctx): Promise<void> {
    const hello = typed.safeParse(await frames.nextJson(firstWordMs)).data;
    const violation = violationOf(hello);
    if (violation) return peer.end({ code: protocolViolation, reason: `Protocol violation: expected ${violation}` });
    const worker = subscription.parse(hello);
    const connectionId = newId();
    const seen = () => void this.workers.seen(ctx, connectionId, worker.client_id, worker.keys);
    const timer = setInterval(seen, seenEveryMs);
    seen();
    try {
      await this.serve(peer, frames, ctx, worker);
    } finally {
      clearInterval(timer);
      void this.workers.gone(ctx, connectionId);
    }
  }

  private async serve(peer: Peer, frames: Frames, ctx: Ctx, { keys }: Subscription): Promise<void> {
    const gone = new AbortController();
    peer.gone.addEventListener('abort', () => gone.abort(), { once: true });
    const bell = this.offers.bellFor(ctx, keys);
    const held = new HeldOffers(this.offers, ctx);
    let turns = keys;
    try {
      while (!gone.signal.aborted) {
        const served = await this.serveOne(peer, frames, { ctx, turns, bell, held, gone });
        if (served === null) return;
        turns = afterwards(turns, served);
      }
    } finally {
      bell.stop();
      held.leave();
    }
  }

  /** Answers the key that was served; null when the conversation is over. */
  private async serveOne(
    peer: Peer,
    frames: Frames,
    { ctx, turns, bell, held, gone }: Conversation,
  ): Promise<string | null> {
    let sent = false;
    const word = frames.nextJson(null).then((frame) => {
      const { type } = typed.safeParse(frame).data ?? {};
      // What comes before a run is sent can only mean that the worker leaves.
      if (type !== 'ack' || !sent) gone.abort();
      return sent || type === 'quit' ? type : undefined;
    });
    const offer = await this.offers.next(ctx, turns, bell, gone.signal);
    if (!offer) return this.end(peer, await word);
    sent = true;
    peer.send(stringifyExact(taskRunJson(offer.run, wireTime())));
    held.add(offer);
    const said = await word;
    if (said === 'ack') return offer.run.task_key;
    held.remove(offer);
    await this.offers.takeBack(ctx, offer);
    return this.end(peer, said);
  }

  private end(peer: Peer, said: string | undefined): null {
    if (said === 'quit') peer.end({ code: 1000, reason: '' });
    else peer.end({ code: protocolViolation, reason: "Protocol violation: expected 'ack' message" });
    return null;
  }
}

/** What the first message lacks; null when it is a subscription. */
function violationOf(hello: Record<string, unknown> | undefined): string | null {
  if (hello?.['type'] !== 'subscribe') return "'subscribe' message";
  const keys = hello['keys'];
  if (Array.isArray(keys) && keys.length > keysMax) return `at most ${keysMax} 'keys' in subscribe message`;
  if (!subscription.pick({ keys: true }).safeParse(hello).success) return "'keys' in subscribe message";
  return subscription.safeParse(hello).success ? null : "'client_id' in subscribe message";
}

/** Keys take turns: the one that was served is the last to be looked at. */
function afterwards(keys: string[], served: string): string[] {
  const place = keys.indexOf(served) + 1;
  return [...keys.slice(place), ...keys.slice(0, place)];
}
