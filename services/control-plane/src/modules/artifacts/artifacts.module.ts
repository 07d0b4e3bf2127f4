import { Module } from '@nestjs/common';
import { ArtifactsOfRunResolver } from './artifacts.graphql.js';
import { ArtifactsController } from './artifacts.rest.js';
import { ArtifactsService } from './artifacts.service.js';

@Module({ controllers: [ArtifactsController], providers: [ArtifactsService, ArtifactsOfRunResolver] })
export class ArtifactsModule {}
