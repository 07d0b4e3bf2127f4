import {
  deploymentCreate,
  deploymentUpdate,
  flowDeployment,
  scheduledRunsOfDeployments,
} from '@headgate/contracts/rest/deployments';
import { z } from 'zod';
import { operation, selfCommitting } from '../../core/operations/operation.js';
import { byId, named } from '../../core/operations/shapes.js';
import { DeploymentsService } from './deployments.service.js';
import { DeploymentRunsService } from './runs/deployment-runs.service.js';

export const saveDeployment = operation({
  name: 'deployment.save',
  needs: 'write_deployments',
  input: deploymentCreate,
  answer: z.object({ deployment: named, created: z.boolean() }),
  describe: ({ name }, { created }) => `${created ? 'Created' : 'Changed'} the deployment ${name}`,
  audit: 'deployment.saved',
  by: DeploymentsService,
  prepare: (deployments, ctx, draft) => deployments.prepareSave(ctx, draft),
  change: (deployments, ctx, tx, prepared) => deployments.save(ctx, tx, prepared),
  follow: (deployments, ctx, { deployment, before }, prepared) =>
    deployments.reschedule(ctx, deployment.id, { ...prepared, before }),
});

export const deployFlow = operation({
  name: 'deployment.deploy',
  needs: 'write_deployments',
  input: flowDeployment,
  answer: z.object({ deployment: named, created: z.boolean() }),
  describe: ({ name, flow_name: flow }) => `Deployed the flow ${flow} as ${name}`,
  audit: 'deployment.deployed',
  by: DeploymentsService,
  prepare: (deployments, ctx, draft) => deployments.prepareDeploy(ctx, draft),
  change: (deployments, ctx, tx, prepared) => deployments.deploy(ctx, tx, prepared),
  follow: (deployments, ctx, { deployment, before }, { made, changed }) =>
    deployments.reschedule(ctx, deployment.id, { ...(made ?? changed), before }),
});

export const updateDeployment = operation({
  name: 'deployment.update',
  needs: 'write_deployments',
  input: z.object({ id: z.string(), change: deploymentUpdate }),
  answer: named,
  describe: (_, { name }) => `Changed the deployment ${name}`,
  audit: 'deployment.updated',
  by: DeploymentsService,
  prepare: (deployments, ctx, { id, change }) => deployments.prepareUpdate(ctx, id, change),
  change: (deployments, ctx, tx, prepared) => deployments.update(ctx, tx, prepared),
  follow: (deployments, ctx, { id }, prepared) => deployments.reschedule(ctx, id, prepared),
});

export const setDeploymentPaused = operation({
  name: 'deployment.set-paused',
  needs: 'write_deployments',
  input: z.object({ id: z.string(), paused: z.boolean() }),
  answer: named,
  describe: ({ paused }, { name }) => `${paused ? 'Paused' : 'Resumed'} the deployment ${name}`,
  audit: 'deployment.set-paused',
  by: DeploymentsService,
  prepare: (deployments, ctx, { id, paused }) => deployments.preparePause(ctx, id, paused),
  change: (deployments, ctx, tx, prepared) => deployments.update(ctx, tx, prepared),
  follow: (deployments, ctx, { id }, prepared) => deployments.reschedule(ctx, id, prepared),
});

export const deleteDeployment = operation({
  name: 'deployment.delete',
  needs: 'manage_deployments',
  input: byId,
  answer: named,
  describe: (_, { name }) => `Deleted the deployment ${name} and the runs that waited for it`,
  audit: 'deployment.deleted',
  by: DeploymentsService,
  change: (deployments, ctx, tx, { id }) => deployments.delete(ctx, tx, id),
});

export const pollDeployments = selfCommitting({
  name: 'deployment.poll',
  needs: 'run_flows',
  input: scheduledRunsOfDeployments,
  answer: z.array(byId),
  describe: ({ deployment_ids: ids }) => `Served ${ids.length} deployments`,
  audit: 'deployment.polled',
  by: DeploymentRunsService,
  why: 'a poll is written down once in a while',
  run: (runs, ctx, { deployment_ids: ids, scheduled_before: before, limit = 200 }) =>
    runs.scheduled(ctx, ids, before, limit),
});
