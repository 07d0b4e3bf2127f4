import { Module } from '@nestjs/common';
import { provideOperations } from '../../core/operations/operation.js';
import { VariableCountResolver, VariablesResolver } from './variables.graphql.js';
import * as operations from './variables.operations.js';
import { VariablesController } from './variables.rest.js';
import { VariablesService } from './variables.service.js';

@Module({
  controllers: [VariablesController],
  providers: [VariablesService, VariablesResolver, VariableCountResolver, provideOperations(operations)],
  exports: [VariablesService],
})
export class VariablesModule {}
