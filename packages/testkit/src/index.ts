export { signUp, type TestAccount } from './account.js';
export { cloneDatabase, createTemplate, type TestDatabase } from './database.js';
export { startTestServers, type TestServers } from './servers.js';
export { startSystem, type ProcessName, type TestSystem } from './system.js';
export { until } from './until.js';
