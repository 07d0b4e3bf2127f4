export { ServerInfoModule } from './server-info.module.js';
export { apiVersionHook } from './api-version.js';
