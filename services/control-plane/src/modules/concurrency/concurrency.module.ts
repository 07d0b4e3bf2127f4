import { Module } from '@nestjs/common';
import { ConcurrencyController } from './concurrency.rest.js';
import { ConcurrencyService } from './concurrency.service.js';
import { ExpireConcurrencyLeases } from './loops/expire-concurrency-leases.js';
import { LimitChanges } from './limit-changes.js';
import { TagLimitsController } from './tag-limits.rest.js';
import { TagLimitsService } from './tag-limits.service.js';
import { TurnedAway } from './turned-away.js';
import { provideOperations } from '../../core/operations/operation.js';
import * as limits from './concurrency.operations.js';
import * as tagLimits from './tag-limits.operations.js';
import { ConcurrencyResolver } from './concurrency.graphql.js';
import { TagLimitsResolver } from './tag-limits.graphql.js';

@Module({
  controllers: [ConcurrencyController, TagLimitsController],
  providers: [
    ConcurrencyResolver,
    TagLimitsResolver,
    LimitChanges,
    ConcurrencyService,
    TagLimitsService,
    TurnedAway,
    ExpireConcurrencyLeases,
    provideOperations(limits),
    provideOperations(tagLimits),
  ],
  exports: [ConcurrencyService, TagLimitsService],
})
export class ConcurrencyModule {}
