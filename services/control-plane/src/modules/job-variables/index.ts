export { JobVariables, type JobCheck } from './job-variables.js';
export { JobVariablesModule } from './job-variables.module.js';
