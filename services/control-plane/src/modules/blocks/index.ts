export { BlocksModule } from './blocks.module.js';
export { BlocksService } from './blocks.service.js';
