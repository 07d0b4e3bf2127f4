import { flowRunsBulkDelete, flowRunsBulkSetState } from '@headgate/contracts/rest/bulk-runs';
import { z } from 'zod';
import { selfCommitting } from '../../../core/operations/operation.js';
import type { SetStateOptions } from '../moves/set-state.js';
import { BulkRuns } from './bulk.service.js';

const { flow_runs, limit, state } = flowRunsBulkSetState.shape;

export const deleteFlowRuns = selfCommitting({
  name: 'flow-run.delete-many',
  needs: 'manage_flows',
  input: flowRunsBulkDelete,
  answer: z.array(z.string()),
  describe: (_, ids) => `Deleted ${ids.length} flow runs`,
  audit: 'flow-run.deleted-many',
  by: BulkRuns,
  why: 'their slots are given back and their logs are deleted after them',
  run: (runs, ctx, chosen) => runs.delete(ctx, chosen),
});

export const setFlowRunStates = selfCommitting({
  name: 'flow-run.set-state-many',
  needs: 'run_flows',
  input: z.object({ chosen: z.object({ flow_runs, limit }), state, options: z.custom<SetStateOptions>() }),
  answer: z.array(z.object({ flow_run_id: z.string(), status: z.string() })),
  describe: ({ state: { type } }, { length }) => `Proposed ${type} to ${length} flow runs`,
  audit: 'flow-run.state-set-many',
  by: BulkRuns,
  why: 'each run moves for itself, in one statement with those of other callers',
  run: (runs, ctx, given) => runs.setState(ctx, given.chosen, given.state, given.options),
});
