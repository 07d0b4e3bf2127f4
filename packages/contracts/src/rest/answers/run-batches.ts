import { z } from 'zod';
import { id } from './shared.js';

/** In the order in which they were asked for. */
export const runBatchAnswer = z.strictObject({ flow_run_ids: z.array(id) });
