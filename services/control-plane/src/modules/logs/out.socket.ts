import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { logFilter } from '@headgate/contracts/rest/logs';
import { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { closing } from '../../core/sockets/closing.js';
import { firstWordMs, type Frames } from '../../core/sockets/frames.js';
import type { Peer } from '../../core/sockets/peer.js';
import { readFrame } from '../../core/sockets/read-frame.js';
import { Sockets } from '../../core/sockets/sockets.js';
import { LogFeed } from './feed.js';
import { matchesLog } from './matches-log.js';

const greeting = z.object({ type: z.literal('filter'), filter: z.unknown() });
/** A filter of some thousand ids. */
const frameBytesMax = 256 * 1024;

/** New log lines as they come. What lies before the connection is read over HTTP. */
@Injectable()
export class LogsOutSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(LogFeed) private readonly feed: LogFeed,
  ) {}

  onModuleInit(): void {
    this.sockets.add({
      path: /^\/api\/logs\/out$/,
      needs: 'see_flows',
      frameBytesMax,
      handle: (peer, frames, ctx) => this.handle(peer, frames, ctx),
    });
  }

  private async handle(peer: Peer, frames: Frames, ctx: Ctx): Promise<void> {
    const hello = greeting.safeParse(await frames.nextJson(firstWordMs));
    if (!hello.success) return peer.end({ code: 1002, reason: "Expected 'filter' message" });
    const filter = readFrame(logFilter, hello.data.filter ?? {}, peer, ctx.log);
    if (!filter.success)
      return peer.end({ code: 1002, reason: `Invalid filter: ${filter.error.issues[0]?.message ?? ''}` });
    frames.expectNoMore();
    const isWanted = matchesLog(filter.data);
    const stop = this.feed.listen(ctx.workspaceId, {
      take: (told) => isWanted(told.value) && peer.send(told.text),
      lose: () => peer.end(closing.tooSlow),
    });
    peer.gone.addEventListener('abort', stop, { once: true });
    if (peer.gone.aborted) stop();
  }
}
