import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { logFilter, type LogFilter, type LogJson } from '@headgate/contracts/rest/logs';
import { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Live, topics } from '../../core/live/live.js';
import { firstWordMs, type Frames } from '../../core/sockets/frames.js';
import type { Peer } from '../../core/sockets/peer.js';
import { Sockets } from '../../core/sockets/sockets.js';

const greeting = z.object({ type: z.literal('filter'), filter: z.unknown() });
/** A filter of some thousand ids. */
const frameBytesMax = 256 * 1024;

/** New log lines as they come. What lies before the connection is read over HTTP. */
@Injectable()
export class LogsOutSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(Live) private readonly live: Live,
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
    const filter = logFilter.safeParse(hello.data.filter ?? {});
    if (!filter.success)
      return peer.end({ code: 1002, reason: `Invalid filter: ${filter.error.issues[0]?.message ?? ''}` });
    frames.expectNoMore();
    const stop = this.live.subscribe(topics.logs(ctx.workspaceId), (lines) => {
      for (const log of lines as LogJson[])
        if (matches(filter.data, log)) peer.send(JSON.stringify({ type: 'log', log }));
    });
    peer.gone.addEventListener('abort', stop, { once: true });
    if (peer.gone.aborted) stop();
  }
}

function matches({ level, timestamp, flow_run_id: flowRun, task_run_id: taskRun }: LogFilter, log: LogJson): boolean {
  if (level?.ge_ != null && log.level < level.ge_) return false;
  if (level?.le_ != null && log.level > level.le_) return false;
  if (timestamp?.after_ && log.timestamp < timestamp.after_) return false;
  if (timestamp?.before_ && log.timestamp > timestamp.before_) return false;
  if (flowRun?.any_ && !flowRun.any_.includes(log.flow_run_id ?? '')) return false;
  if (taskRun?.any_ && !taskRun.any_.includes(log.task_run_id ?? '')) return false;
  return taskRun?.is_null_ == null || taskRun.is_null_ === (log.task_run_id === null);
}
