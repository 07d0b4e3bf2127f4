import { Module } from '@nestjs/common';
import { ArtifactsOfRunResolver, ArtifactsOfTaskRunResolver } from './artifacts.graphql.js';
import { ArtifactsController } from './artifacts.rest.js';
import { ArtifactsService } from './artifacts.service.js';

@Module({
  controllers: [ArtifactsController],
  providers: [ArtifactsService, ArtifactsOfRunResolver, ArtifactsOfTaskRunResolver],
})
export class ArtifactsModule {}
