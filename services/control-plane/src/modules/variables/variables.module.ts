import { Module } from '@nestjs/common';
import { VariablesResolver } from './variables.graphql.js';
import { VariablesController } from './variables.rest.js';
import { VariablesService } from './variables.service.js';

@Module({
  controllers: [VariablesController],
  providers: [VariablesService, VariablesResolver],
  exports: [VariablesService],
})
export class VariablesModule {}
