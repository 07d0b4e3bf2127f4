import { labels } from '@headgate/contracts/rest/common';
import { flowRunCreate, flowRunUpdate, setState } from '@headgate/contracts/rest/flow-runs';
import { z } from 'zod';
import { operation, selfCommitting } from '../../../core/operations/operation.js';
import { byId } from '../../../core/operations/shapes.js';
import type { SetStateOptions } from '../moves/set-state.js';
import { FlowRunsService } from './flow-runs.service.js';

/** How far apart the process tells that it lives; 0 when it tells no more, null where it says nothing of it. */
const heartbeatSeconds = z.number().nullish();

export const createFlowRun = selfCommitting({
  name: 'flow-run.create',
  needs: 'run_flows',
  input: z.object({ run: flowRunCreate, heartbeatSeconds }),
  answer: z.object({ run: byId, created: z.boolean() }),
  describe: (_, { run, created }) => `${created ? 'Created' : 'Found'} the flow run ${run.id}`,
  audit: 'flow-run.created',
  by: FlowRunsService,
  why: 'runs are written in one statement with those of other callers',
  run: (runs, ctx, { run, heartbeatSeconds }) => runs.createAsked(ctx, run, heartbeatSeconds),
});

export const setFlowRunState = selfCommitting({
  name: 'flow-run.set-state',
  needs: 'run_flows',
  input: z.object({
    id: z.string(),
    state: setState.shape.state,
    options: z.custom<SetStateOptions>(),
    heartbeatSeconds,
  }),
  answer: z.object({ status: z.enum(['ACCEPT', 'REJECT', 'ABORT', 'WAIT']), written: z.boolean() }),
  describe: ({ id, state }, { status }) => `Proposed ${state.type} to the flow run ${id}: ${status}`,
  audit: 'flow-run.state-set',
  by: FlowRunsService,
  why: 'runs move in one statement with those of other callers',
  run: (runs, ctx, { id, state, options, heartbeatSeconds }) =>
    runs.setStateOf(ctx, id, { state, heartbeatSeconds }, options),
});

export const updateFlowRun = selfCommitting({
  name: 'flow-run.update',
  needs: 'run_flows',
  input: z.object({ id: z.string(), change: flowRunUpdate }),
  answer: z.void(),
  describe: ({ id }) => `Changed the flow run ${id}`,
  audit: 'flow-run.updated',
  by: FlowRunsService,
  why: 'it is one statement, which workers send for every run',
  run: (runs, ctx, { id, change }) => runs.update(ctx, id, change),
});

export const labelFlowRun = operation({
  name: 'flow-run.label',
  needs: 'run_flows',
  input: z.object({ id: z.string(), labels }),
  answer: z.void(),
  describe: ({ id }) => `Labelled the flow run ${id}`,
  audit: 'flow-run.labelled',
  by: FlowRunsService,
  change: (runs, ctx, tx, { id, labels: given }) => runs.mergeLabels(ctx, tx, id, given),
});

export const deleteFlowRun = selfCommitting({
  name: 'flow-run.delete',
  needs: 'manage_flows',
  input: byId,
  answer: z.void(),
  describe: ({ id }) => `Deleted the flow run ${id}`,
  audit: 'flow-run.deleted',
  by: FlowRunsService,
  why: 'its slots are given back and its log is deleted after it',
  run: (runs, ctx, { id }) => runs.delete(ctx, id),
});
