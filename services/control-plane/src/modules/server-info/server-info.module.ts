import { Module } from '@nestjs/common';
import { BlocksModule } from '../blocks/index.js';
import { AdminController } from './admin.rest.js';
import { CollectionsController } from './collections.rest.js';
import { LoopsResolver } from './loops.graphql.js';
import { NoAutomationsController } from './no-automations.rest.js';
import { ResultStorageResolver } from './result-storage.graphql.js';
import { ResultStorageController } from './result-storage.rest.js';
import { ResultStorageService } from './result-storage.service.js';
import { TemplatesController } from './templates.rest.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as resultStorage from './result-storage.operations.js';

@Module({
  imports: [BlocksModule],
  controllers: [
    AdminController,
    CollectionsController,
    NoAutomationsController,
    ResultStorageController,
    TemplatesController,
  ],
  providers: [LoopsResolver, ResultStorageService, ResultStorageResolver, provideOperations(resultStorage)],
})
export class ServerInfoModule {}
