import { Global, Module } from '@nestjs/common';
import { LoopBoard } from './loop-board.js';
import { Loops } from './loops.js';
import { Nudges } from './nudges.js';

@Global()
@Module({ providers: [Loops, LoopBoard, Nudges], exports: [Loops, LoopBoard, Nudges] })
export class LoopsModule {}
