import { Module } from '@nestjs/common';
import { ArtifactsOfRunResolver, ArtifactsOfTaskRunResolver } from './artifacts-of-runs.graphql.js';
import { ArtifactsResolver } from './artifacts.graphql.js';
import { ArtifactsController } from './artifacts.rest.js';
import { ArtifactsService } from './artifacts.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as operations from './artifacts.operations.js';

@Module({
  controllers: [ArtifactsController],
  providers: [
    ArtifactsService,
    ArtifactsResolver,
    ArtifactsOfRunResolver,
    ArtifactsOfTaskRunResolver,
    provideOperations(operations),
  ],
})
export class ArtifactsModule {}
