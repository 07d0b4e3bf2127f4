import { Module } from '@nestjs/common';
import { VariablesModule } from '../variables/index.js';
import { ParametersService } from './parameters.service.js';

@Module({ imports: [VariablesModule], providers: [ParametersService], exports: [ParametersService] })
export class ParametersModule {}
