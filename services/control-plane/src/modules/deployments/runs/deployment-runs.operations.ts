import { runOfDeployment, runsOfDeployment } from '@headgate/contracts/rest/deployments';
import { runBatch } from '@headgate/contracts/rest/run-batches';
import { z } from 'zod';
import { selfCommitting } from '../../../core/operations/operation.js';
import { byId } from '../../../core/operations/shapes.js';
import { DeploymentRunsService } from './deployment-runs.service.js';

const needs = 'run_deployments';
const why = 'runs are written with those of other callers';
const ofDeployment = { deploymentId: z.string() };

export const runDeployment = selfCommitting({
  name: 'deployment.run',
  needs,
  input: z.object({ ...ofDeployment, run: runOfDeployment }),
  answer: z.object({ run: byId, created: z.boolean() }),
  describe: ({ deploymentId }, { run }) => `Created the run ${run.id} of the deployment ${deploymentId}`,
  audit: 'deployment.run',
  by: DeploymentRunsService,
  why,
  run: (runs, ctx, { deploymentId, run }) => runs.create(ctx, deploymentId, run),
});

export const runDeploymentOften = selfCommitting({
  name: 'deployment.run-many',
  needs,
  input: z.object({ ...ofDeployment, runs: runBatch.shape.flow_runs }),
  answer: z.array(z.string()),
  describe: ({ deploymentId }, ids) => `Created ${ids.length} runs of the deployment ${deploymentId}`,
  audit: 'deployment.run-many',
  by: DeploymentRunsService,
  why,
  run: (runs, ctx, { deploymentId, runs: bodies }) => runs.createMany(ctx, deploymentId, bodies),
});

export const runDeploymentEach = selfCommitting({
  name: 'deployment.run-each',
  needs,
  input: z.object({ ...ofDeployment, runs: runsOfDeployment }),
  answer: z.array(z.object({ status: z.enum(['fulfilled', 'rejected']) })),
  describe: ({ deploymentId, runs }) => `Asked for ${runs.length} runs of the deployment ${deploymentId}`,
  audit: 'deployment.run-each',
  by: DeploymentRunsService,
  why,
  run: (runs, ctx, { deploymentId, runs: bodies }) => runs.createEach(ctx, deploymentId, bodies),
});
