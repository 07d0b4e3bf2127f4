export { HydrationError } from './hydrate.js';
export { ParametersModule } from './parameters.module.js';
export { ParametersService } from './parameters.service.js';
export { refuseMisfits } from './refuse-misfits.js';
