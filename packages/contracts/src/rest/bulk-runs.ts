import { z } from 'zod';
import type { StateJson } from '../states.js';
import { absent } from './common.js';
import { filters } from './filters.js';
import { stateCreate } from './flow-runs.js';

/** Bodies of the routes that change many flow runs at once. */

export const bulkMax = 50;
const chosen = { flow_runs: filters.flow_runs, limit: absent(z.number().int().min(1).max(bulkMax)) };

export const flowRunsBulkDelete = z.object(chosen);
export const flowRunsBulkSetState = z.object({ ...chosen, state: stateCreate, force: absent(z.boolean()) });

/** What became of the proposal for one of the runs. */
export type BulkStateResult = {
  flow_run_id: string;
  status: 'ACCEPT' | 'REJECT' | 'WAIT' | 'ABORT';
  state: StateJson | null;
  details: Record<string, unknown>;
};
