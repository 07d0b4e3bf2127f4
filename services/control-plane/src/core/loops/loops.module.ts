import { Global, Module } from '@nestjs/common';
import { Loops } from './loops.js';

@Global()
@Module({ providers: [Loops], exports: [Loops] })
export class LoopsModule {}
