import { Global, Module } from '@nestjs/common';
import { Budgets } from './budgets.js';
import { Turns } from './turns.js';

@Global()
@Module({ providers: [Budgets, Turns], exports: [Budgets, Turns] })
export class FairModule {}
