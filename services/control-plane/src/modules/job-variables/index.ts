export { JobVariables } from './job-variables.js';
export { JobVariablesModule } from './job-variables.module.js';
