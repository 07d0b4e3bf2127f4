import { flowAnswer } from '@headgate/contracts/rest/answers/flows';
import { flowCreate, flowUpdate } from '@headgate/contracts/rest/flows';
import { z } from 'zod';
import { operation, selfCommitting } from '../../core/operations/operation.js';
import { byId, byIds, named } from '../../core/operations/shapes.js';
import { FlowsService } from './flows.service.js';

const why = 'its runs go first, batch by batch';

export const createFlow = selfCommitting({
  name: 'flow.create',
  needs: 'run_flows',
  input: flowCreate,
  answer: z.object({ flow: flowAnswer, created: z.boolean() }),
  describe: ({ name }, { created }) => (created ? `Created the flow ${name}` : `Found the flow ${name}`),
  audit: 'flow.created',
  by: FlowsService,
  why: 'every run asks for its flow, and where it is there no transaction is opened',
  run: (flows, ctx, draft) => flows.ensure(ctx, draft),
});

export const updateFlow = operation({
  name: 'flow.update',
  needs: 'run_flows',
  input: z.object({ id: z.string(), change: flowUpdate }),
  answer: named,
  describe: (_, { name }) => `Changed the flow ${name}`,
  audit: 'flow.updated',
  by: FlowsService,
  change: (flows, ctx, tx, { id, change }) => flows.update(ctx, tx, id, change),
});

export const deleteFlow = selfCommitting({
  name: 'flow.delete',
  needs: 'manage_flows',
  input: byId,
  answer: z.void(),
  describe: ({ id }) => `Deleted the flow ${id} with its deployments and runs`,
  audit: 'flow.deleted',
  by: FlowsService,
  why,
  run: (flows, ctx, { id }) => flows.delete(ctx, id),
});

export const deleteFlows = selfCommitting({
  name: 'flow.delete-many',
  needs: 'manage_flows',
  input: byIds,
  answer: z.array(z.string()),
  describe: (_, ids) => `Deleted ${ids.length} flows with their deployments and runs`,
  audit: 'flow.deleted-many',
  by: FlowsService,
  why,
  run: (flows, ctx, { ids }) => flows.deleteMany(ctx, ids),
});
