import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { FlowScreensController } from './flow-screens.rest.js';
import { FlowOfRunResolver, FlowsResolver } from './flows.graphql.js';
import { FlowsController } from './flows.rest.js';
import { FlowsService } from './flows.service.js';

@Module({
  imports: [RunsModule],
  controllers: [FlowsController, FlowScreensController],
  providers: [FlowsService, FlowsResolver, FlowOfRunResolver],
  exports: [FlowsService],
})
export class FlowsModule {}
