export { ConcurrencyModule } from './concurrency.module.js';
export { ConcurrencyService } from './concurrency.service.js';
export { TagLimitsService } from './tag-limits.service.js';
