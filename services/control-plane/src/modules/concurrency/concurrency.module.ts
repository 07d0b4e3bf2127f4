import { Module } from '@nestjs/common';
import { ConcurrencyController } from './concurrency.rest.js';
import { ConcurrencyService } from './concurrency.service.js';
import { ExpireConcurrencyLeases } from './loops/expire-concurrency-leases.js';
import { LimitChanges } from './limit-changes.js';
import { TagLimitsController } from './tag-limits.rest.js';
import { TagLimitsService } from './tag-limits.service.js';
import { TurnedAway } from './turned-away.js';

@Module({
  controllers: [ConcurrencyController, TagLimitsController],
  providers: [LimitChanges, ConcurrencyService, TagLimitsService, TurnedAway, ExpireConcurrencyLeases],
  exports: [ConcurrencyService, TagLimitsService],
})
export class ConcurrencyModule {}
