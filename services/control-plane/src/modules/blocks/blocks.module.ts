import { Module } from '@nestjs/common';
import { BlocksService } from './blocks.service.js';
import { BlockDocumentCountResolver, BlockDocumentsResolver } from './documents/block-documents.graphql.js';
import { BlockDocumentsController } from './documents/block-documents.rest.js';
import { BlockDocumentsService } from './documents/block-documents.service.js';
import { DocumentReader } from './documents/document-reader.js';
import { BlockCapabilitiesController, BlockSchemasController } from './schemas/block-schemas.rest.js';
import { BlockSchemasService } from './schemas/block-schemas.service.js';
import { BlockTypesResolver } from './types/block-types.graphql.js';
import { BlockTypesController } from './types/block-types.rest.js';
import { BlockTypesService } from './types/block-types.service.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as types from './types/block-types.operations.js';
import * as schemas from './schemas/block-schemas.operations.js';
import * as documents from './documents/block-documents.operations.js';

@Module({
  controllers: [BlockTypesController, BlockSchemasController, BlockDocumentsController, BlockCapabilitiesController],
  providers: [
    BlockTypesService,
    BlockSchemasService,
    BlockDocumentsService,
    DocumentReader,
    BlocksService,
    BlockTypesResolver,
    BlockDocumentsResolver,
    BlockDocumentCountResolver,
    provideOperations(types),
    provideOperations(schemas),
    provideOperations(documents),
  ],
  exports: [BlocksService],
})
export class BlocksModule {}
