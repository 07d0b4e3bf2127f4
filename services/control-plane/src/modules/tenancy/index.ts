export { TenancyModule } from './tenancy.module.js';
export { SignInService } from './sign-in/sign-in.service.js';
export { ApiKeysService } from './api-keys/api-keys.service.js';
