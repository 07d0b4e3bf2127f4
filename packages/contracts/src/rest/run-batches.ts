import { z } from 'zod';
import { runOfDeployment } from './deployments.js';

/** Runs of a deployment in bulk: an extension of ours. The wire's own bulk route takes a hundred and answers for each. */
export const runsMax = 1_000;

export const runBatch = z.strictObject({ flow_runs: z.array(runOfDeployment).min(1).max(runsMax) });
