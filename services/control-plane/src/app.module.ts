import { Module } from '@nestjs/common';
import { CoreModule } from './core/core.module.js';
import { ArtifactsModule } from './modules/artifacts/index.js';
import { BlocksModule } from './modules/blocks/index.js';
import { ConcurrencyModule } from './modules/concurrency/index.js';
import { DashboardModule } from './modules/dashboard/index.js';
import { DeploymentsModule } from './modules/deployments/index.js';
import { EventsModule } from './modules/events/index.js';
import { FlowsModule } from './modules/flows/index.js';
import { LogsModule } from './modules/logs/index.js';
import { RunsModule } from './modules/runs/index.js';
import { SavedSearchesModule } from './modules/saved-searches/index.js';
import { ServerInfoModule } from './modules/server-info/index.js';
import { TaskRunsModule } from './modules/task-runs/index.js';
import { TenancyModule } from './modules/tenancy/index.js';
import { VariablesModule } from './modules/variables/index.js';
import { WorkPoolsModule } from './modules/work-pools/index.js';

/** The control plane. Both processes load all of it: the api opens the doors, loops starts the loops. */
@Module({
  imports: [
    CoreModule,
    TenancyModule,
    ServerInfoModule,
    FlowsModule,
    RunsModule,
    DashboardModule,
    TaskRunsModule,
    DeploymentsModule,
    WorkPoolsModule,
    ConcurrencyModule,
    EventsModule,
    LogsModule,
    ArtifactsModule,
    BlocksModule,
    VariablesModule,
    SavedSearchesModule,
  ],
})
export class AppModule {}
