import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { DashboardResolver } from './dashboard.graphql.js';
import { DashboardController } from './dashboard.rest.js';
import { DashboardService } from './dashboard.service.js';

@Module({
  imports: [RunsModule],
  controllers: [DashboardController],
  providers: [DashboardService, DashboardResolver],
})
export class DashboardModule {}
