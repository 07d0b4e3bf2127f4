import { resume } from '@headgate/contracts/rest/flow-runs';
import { z } from 'zod';
import { selfCommitting } from '../../../core/operations/operation.js';
import { byId } from '../../../core/operations/shapes.js';
import { RunActions } from './run-actions.service.js';

const needs = 'run_flows';
const why = 'runs move in one statement with those of other callers';
const moved = z.object({ status: z.enum(['ACCEPT', 'REJECT', 'ABORT', 'WAIT']), written: z.boolean() });

export const cancelFlowRun = selfCommitting({
  name: 'flow-run.cancel',
  needs,
  input: byId,
  answer: moved,
  describe: ({ id }) => `Cancelled the flow run ${id}`,
  audit: 'flow-run.cancelled',
  by: RunActions,
  why,
  run: (actions, ctx, { id }) => actions.cancel(ctx, id),
});

export const retryFlowRun = selfCommitting({
  name: 'flow-run.retry',
  needs,
  input: byId,
  answer: moved,
  describe: ({ id }) => `Retried the flow run ${id}`,
  audit: 'flow-run.retried',
  by: RunActions,
  why,
  run: (actions, ctx, { id }) => actions.retry(ctx, id),
});

export const suspendFlowRun = selfCommitting({
  name: 'flow-run.suspend',
  needs,
  input: byId,
  answer: moved,
  describe: ({ id }) => `Suspended the flow run ${id}`,
  audit: 'flow-run.suspended',
  by: RunActions,
  why,
  run: (actions, ctx, { id }) => actions.suspend(ctx, id),
});

export const resumeFlowRun = selfCommitting({
  name: 'flow-run.resume',
  needs,
  input: z.object({ id: z.string(), runInput: resume.shape.run_input }),
  answer: moved,
  describe: ({ id }) => `Resumed the flow run ${id}`,
  audit: 'flow-run.resumed',
  by: RunActions,
  why,
  run: (actions, ctx, { id, runInput }) => actions.resume(ctx, id, runInput),
});
