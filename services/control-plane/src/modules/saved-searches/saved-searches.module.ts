import { Module } from '@nestjs/common';
import { SavedSearchesController } from './saved-searches.rest.js';
import { SavedSearchesService } from './saved-searches.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './saved-searches.operations.js';
import { SavedSearchesResolver } from './saved-searches.graphql.js';

@Module({
  controllers: [SavedSearchesController],
  providers: [SavedSearchesResolver, SavedSearchesService, provideOperations(operations)],
})
export class SavedSearchesModule {}
