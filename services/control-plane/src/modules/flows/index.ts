export { FlowObject, toFlowObject } from './flows.graphql.js';
export { FlowsModule } from './flows.module.js';
export { FlowsService } from './flows.service.js';
