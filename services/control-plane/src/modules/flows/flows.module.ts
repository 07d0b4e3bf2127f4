import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { FlowScreensController } from './flow-screens.rest.js';
import { FlowOfRunResolver, FlowsResolver, FlowCountResolver } from './flows.graphql.js';
import { FlowsController } from './flows.rest.js';
import { FlowsService } from './flows.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './flows.operations.js';
import { FlowChangesResolver } from './flow-changes.graphql.js';

@Module({
  imports: [RunsModule],
  controllers: [FlowsController, FlowScreensController],
  providers: [
    FlowChangesResolver,
    FlowsService,
    FlowsResolver,
    FlowCountResolver,
    FlowOfRunResolver,
    provideOperations(operations),
  ],
  exports: [FlowsService],
})
export class FlowsModule {}
