import { setState } from '@headgate/contracts/rest/flow-runs';
import { taskRunCreate, taskRunUpdate } from '@headgate/contracts/rest/task-runs';
import { z } from 'zod';
import { operation, selfCommitting } from '../../core/operations/operation.js';
import { byId } from '../../core/operations/shapes.js';
import { TaskRunsService } from './task-runs.service.js';

const needs = 'run_tasks';

export const createTaskRun = operation({
  name: 'task-run.create',
  needs,
  input: taskRunCreate,
  answer: z.object({ row: byId, created: z.boolean() }),
  describe: (_, { row, created }) => `${created ? 'Created' : 'Found'} the task run ${row.id}`,
  audit: 'task-run.created',
  by: TaskRunsService,
  change: (runs, ctx, tx, body) => runs.create(ctx, tx, body),
});

export const setTaskRunState = operation({
  name: 'task-run.set-state',
  needs,
  input: z.object({ id: z.string(), state: setState.shape.state, force: z.boolean() }),
  answer: z.object({ status: z.enum(['ACCEPT', 'REJECT', 'ABORT', 'WAIT']), written: z.boolean() }),
  describe: ({ id, state }, { status }) => `Proposed ${state.type} to the task run ${id}: ${status}`,
  audit: 'task-run.state-set',
  by: TaskRunsService,
  change: (runs, ctx, tx, { id, state, force }) => runs.setState(ctx, tx, id, state, force),
});

export const renameTaskRun = selfCommitting({
  name: 'task-run.rename',
  needs,
  input: z.object({ id: z.string(), ...taskRunUpdate.shape }),
  answer: z.void(),
  describe: ({ id }) => `Renamed the task run ${id}`,
  audit: 'task-run.renamed',
  by: TaskRunsService,
  why: 'it is one statement',
  run: (runs, ctx, { id, name }) => runs.rename(ctx, id, name),
});

export const deleteTaskRun = operation({
  name: 'task-run.delete',
  needs,
  input: byId,
  answer: z.void(),
  describe: ({ id }) => `Deleted the task run ${id}`,
  audit: 'task-run.deleted',
  by: TaskRunsService,
  change: (runs, ctx, tx, { id }) => runs.delete(ctx, tx, id),
});
