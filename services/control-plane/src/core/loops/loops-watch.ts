import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Ctx } from '../access/ctx.js';
import { iterateEach, type LiveStream } from '../live/iterate.js';
import { Live, topics } from '../live/live.js';
import { LoopBoard } from './loop-board.js';

export type LoopsSeen = { id: string; turning: boolean };

const everyMs = 5_000;
/** A process writes every two seconds, and one that restarts is back by then. */
const absentAfterMs = 20_000;
const id = 'loops';

/**
 * Whether loops turn anywhere, for pages that are to say so: without them no schedule makes a run. Looked for as long as
 * the process has once been asked. Clocks of other machines are not relied on: who writes anew on the board is there.
 */
@Injectable()
export class LoopsWatch implements OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private said = new Map<string, string>();
  private heardAt = 0;
  private turning = true;

  constructor(
    @Inject(LoopBoard) private readonly board: LoopBoard,
    @Inject(Live) private readonly live: Live,
  ) {}

  /** As it is, and then each time that it changes. */
  follow(ctx: Ctx): LiveStream<LoopsSeen> {
    if (!this.timer) {
      this.heardAt = performance.now();
      this.timer = setInterval(() => void this.look(), everyMs).unref();
    }
    const stream = iterateEach<null, LoopsSeen>(
      this.live,
      ctx,
      topics.loops,
      () => [id],
      async () => [{ id, turning: this.turning }],
    );
    stream.again(id);
    return stream;
  }

  private async look(): Promise<void> {
    // While Redis is away, nothing is known of them.
    const processes = await this.board.list().catch(() => null);
    if (!processes) return;
    if (processes.some(({ process, seen }) => this.said.get(process) !== seen)) this.heardAt = performance.now();
    this.said = new Map(processes.map(({ process, seen }) => [process, seen]));
    const turning = performance.now() - this.heardAt < absentAfterMs;
    if (turning === this.turning) return;
    this.turning = turning;
    this.live.publish(topics.loops);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
