import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { timedOutTeardown, workerFrame, workerHello, type WorkerHello } from '@headgate/contracts/rest/worker-channel';
import type { Ctx } from '../../../core/access/ctx.js';
import { nextTurn } from '../../../core/fair/in-slices.js';
import { Turns } from '../../../core/fair/turns.js';
import { Live, topics } from '../../../core/live/live.js';
import { firstWordMs, type Frames } from '../../../core/sockets/frames.js';
import type { Peer } from '../../../core/sockets/peer.js';
import { readFrame } from '../../../core/sockets/read-frame.js';
import { Sockets } from '../../../core/sockets/sockets.js';
import { TeardownsService } from '../teardowns/teardowns.service.js';
import { ChannelEnd, channelEnd } from './channel-end.js';
import { PoolSights } from './pool-sights.js';
import { WelcomeService, type Welcome } from './welcome.service.js';
import { agreesOnCleanup, endChannel, WorkerChannel, type ChannelPower } from './worker-channel.js';

/** A hello brings the template of its pool along. */
const frameBytesMax = 1024 * 1024;
/** They are answered one after the other. */
const inWorkMax = 16;

/**
 * The channel that a worker keeps to its pool: it says hello, learns what the pool looks like now and whenever that
 * changes, and sends its heartbeats. Its runs it fetches as ever; without the channel it would do all of that by requests.
 * Only here it can be asked to end what cancelled runs left.
 */
@Injectable()
export class WorkerChannelSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(Live) private readonly live: Live,
    @Inject(Turns) private readonly turns: Turns,
    @Inject(PoolSights) private readonly sights: PoolSights,
    @Inject(WelcomeService) private readonly welcomes: WelcomeService,
    @Inject(TeardownsService) private readonly teardowns: TeardownsService,
  ) {}

  onModuleInit(): void {
    this.sockets.add({
      path: /^\/api\/work_pools\/([^/]+)\/workers\/connect$/,
      needs: 'write_workers',
      refusal: 'authentication_failed',
      frameBytesMax,
      handle: (peer, frames, ctx, match) => this.handle(peer, frames, ctx, match[1]!),
    });
  }

  private async handle(peer: Peer, frames: Frames, ctx: Ctx, encodedName: string): Promise<void> {
    try {
      if (peer.protocol !== 'prefect') throw new ChannelEnd('authentication_failed');
      await this.open(peer, frames, ctx, decodedName(encodedName));
    } catch (error) {
      const end = channelEnd(error);
      if (end.reason === 'transient_server_error') ctx.log.error({ err: end.cause }, 'worker channel failed');
      endChannel(peer, end.reason);
    }
  }

  private async open(peer: Peer, frames: Frames, ctx: Ctx, poolName: string): Promise<void> {
    const said = readFrame(workerHello, await frames.nextJson(firstWordMs), peer, ctx.log);
    if (!said.success) throw new ChannelEnd('protocol_error');
    const hello = said.data.payload;
    const welcome = await this.welcomes.welcome(ctx, poolName, hello);
    // It is told what the whole pool looks like: of many who come at once, one in each turn of the event loop.
    await this.turns.during('outgoing', ctx.workspaceId, async () => {
      this.begin(peer, frames, ctx, hello, welcome);
      await nextTurn();
    });
  }

  private begin(peer: Peer, frames: Frames, ctx: Ctx, hello: WorkerHello, welcome: Welcome): void {
    if (peer.gone.aborted) return;
    const { pool } = welcome;
    const pools = this.sights.of(ctx, pool);
    const power: ChannelPower = {
      look: () => pools.look(),
      lately: () => pools.lately(),
      beat: (pool, seconds) =>
        this.welcomes.beat(ctx, pool, { worker_name: hello.worker_name, heartbeat_interval_seconds: seconds }),
      cleanup: this.cleanupFor(ctx, hello, welcome),
      read: (frame) => readFrame(workerFrame, frame, peer, ctx.log).data ?? null,
    };
    const channel = new WorkerChannel(peer, hello, power, welcome, pools.as(pool));
    const stops = [
      pools.watch({ news: () => channel.news() }),
      this.live.subscribe(topics.teardowns(pool.id), () => channel.offer()),
      this.live.onGap(() => channel.offer()),
    ];
    peer.gone.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
    // What changed between the welcome and the subscription.
    pools.mayHaveChanged();
    channel.offer();
    frames.each(inWorkMax, (frame) => channel.take(frame));
  }

  private cleanupFor(ctx: Ctx, hello: WorkerHello, { pool, queues }: Welcome): ChannelPower['cleanup'] {
    if (!agreesOnCleanup(hello)) return null;
    const taker = {
      consumerId: hello.consumer_id,
      queueIds: queues.map((queue) => queue.id),
      atOnce: hello.handled_cleanup_kinds.includes(timedOutTeardown) ? hello.max_cleanup_concurrency : 0,
    };
    return {
      // What cannot be given out now is tried again with the next heartbeat.
      reserve: () =>
        this.teardowns.reserve(ctx, pool, taker).catch((err: unknown) => (ctx.log.error({ err }, failure), [])),
      answer: (frame) => this.teardowns.answer(ctx, pool, frame),
    };
  }
}

const failure = 'teardowns cannot be given out';

function decodedName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new ChannelEnd('authorization_failed');
  }
}
