export { endWithThisProcess } from './guard.js';
export { freePort, isFree, portFrom } from './ports.js';
export { startPostgres, type Postgres, type PostgresOptions } from './postgres/postgres.js';
export { UserError } from './user-error.js';
export { startValkey, type Valkey } from './valkey/valkey.js';
export { controlPlane } from './supervisor/control-plane.js';
export { prepare } from './supervisor/prepare.js';
export { startSystem, type System, type SupervisorOptions } from './supervisor/supervisor.js';
