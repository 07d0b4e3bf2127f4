export { ConcurrencyModule } from './concurrency.module.js';
export { ConcurrencyService } from './concurrency.service.js';
