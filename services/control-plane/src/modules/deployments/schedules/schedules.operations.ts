import { newSchedules, scheduleNow, scheduleUpdate } from '@headgate/contracts/rest/deployments';
import { z } from 'zod';
import { operation, selfCommitting } from '../../../core/operations/operation.js';
import { byId } from '../../../core/operations/shapes.js';
import { SchedulesService } from './schedules.service.js';

const needs = 'write_deployments';
const ofDeployment = { deploymentId: z.string() };

export const createSchedules = operation({
  name: 'schedule.create',
  needs,
  input: z.object({ ...ofDeployment, schedules: newSchedules }),
  answer: z.array(byId),
  describe: ({ deploymentId }, { length }) => `Gave ${length} schedules to the deployment ${deploymentId}`,
  audit: 'schedule.created',
  by: SchedulesService,
  prepare: (service, ctx, { deploymentId, schedules }) => service.prepareCreate(ctx, deploymentId, schedules),
  change: (service, ctx, tx, prepared) => service.create(ctx, tx, prepared),
  follow: (service, ctx, _, prepared) => service.follow(ctx, prepared),
});

export const updateSchedule = operation({
  name: 'schedule.update',
  needs,
  input: z.object({ ...ofDeployment, id: z.string(), change: scheduleUpdate }),
  answer: z.void(),
  describe: ({ deploymentId, id }) => `Changed the schedule ${id} of the deployment ${deploymentId}`,
  audit: 'schedule.updated',
  by: SchedulesService,
  prepare: (service, ctx, { deploymentId, id, change }) => service.prepareChange(ctx, deploymentId, id, change),
  change: (service, ctx, tx, prepared) => service.update(ctx, tx, prepared),
  follow: (service, ctx, _, prepared) => service.follow(ctx, prepared),
});

export const deleteSchedule = operation({
  name: 'schedule.delete',
  needs,
  input: z.object({ ...ofDeployment, id: z.string() }),
  answer: z.void(),
  describe: ({ deploymentId, id }) => `Took the schedule ${id} from the deployment ${deploymentId}`,
  audit: 'schedule.deleted',
  by: SchedulesService,
  prepare: (service, ctx, { deploymentId, id }) => service.prepareChange(ctx, deploymentId, id, {}),
  change: (service, ctx, tx, prepared) => service.delete(ctx, tx, prepared),
  follow: (service, ctx, _, prepared) => service.follow(ctx, prepared),
});

export const scheduleRuns = selfCommitting({
  name: 'deployment.schedule',
  needs,
  input: z.object({ ...ofDeployment, window: scheduleNow }),
  answer: z.void(),
  describe: ({ deploymentId }) => `Made the runs of a window of the deployment ${deploymentId}`,
  audit: 'deployment.scheduled',
  by: SchedulesService,
  why: 'the scheduler makes runs in units of work of its own',
  run: (service, ctx, { deploymentId, window }) => service.scheduleNow(ctx, deploymentId, window),
});
