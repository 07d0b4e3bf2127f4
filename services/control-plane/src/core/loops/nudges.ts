import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Live, topics } from '../live/live.js';
import { Loops } from './loops.js';

/** Asks a loop, in whichever process it turns, to make its next pass at once. Nothing depends on it: a nudge may be lost. */
@Injectable()
export class Nudges implements OnModuleDestroy {
  private stop: () => void = () => undefined;

  constructor(
    @Inject(Live) private readonly live: Live,
    @Inject(Loops) private readonly loops: Loops,
  ) {}

  nudge(loop: string): void {
    this.live.publish(topics.nudges, loop);
  }

  /** In the process where the loops turn. */
  listen(): void {
    this.stop = this.live.subscribe(topics.nudges, (loop) => this.loops.hurry(String(loop)));
  }

  onModuleDestroy(): void {
    this.stop();
  }
}
