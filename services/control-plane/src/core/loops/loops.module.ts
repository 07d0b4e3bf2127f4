import { Global, Module } from '@nestjs/common';
import { LoopBoard } from './loop-board.js';
import { Loops } from './loops.js';
import { LoopsWatch } from './loops-watch.js';
import { Nudges } from './nudges.js';

@Global()
@Module({
  providers: [Loops, LoopBoard, LoopsWatch, Nudges],
  exports: [Loops, LoopBoard, LoopsWatch, Nudges],
})
export class LoopsModule {}
