export { HydrationError } from './hydrate.js';
export { ParametersModule } from './parameters.module.js';
export { ParametersService } from './parameters.service.js';
