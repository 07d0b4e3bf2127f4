import { Module } from '@nestjs/common';
import { BlocksModule } from '../blocks/index.js';
import { JobVariables } from './job-variables.js';

@Module({ imports: [BlocksModule], providers: [JobVariables], exports: [JobVariables] })
export class JobVariablesModule {}
