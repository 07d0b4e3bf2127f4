import { Module } from '@nestjs/common';
import { VariablesModule } from '../variables/index.js';
import { SchemasController } from './parameters.rest.js';
import { ParametersService } from './parameters.service.js';

@Module({
  imports: [VariablesModule],
  controllers: [SchemasController],
  providers: [ParametersService],
  exports: [ParametersService],
})
export class ParametersModule {}
