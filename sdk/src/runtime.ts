import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { newId } from '@headgate/contracts';
import { runFoundRun } from './engine/run-found.js';
import type { FlowDefinition } from './engine/run-flow.js';
import { AbortedError } from './errors.js';
import { definitionOf } from './engine/definitions.js';
import { requiredReporter } from './report/reporter.js';
import { messageOf, type State } from './states.js';
import { sayErr } from './say.js';

export type { State };

/**
 * Runs a run of a deployment in this process. `entrypoint` is `file.ts:exportName` from the working directory; without a
 * name, the file's only flow. TypeScript has to be readable already (`--import tsx`).
 *
 * @param run.claimId who holds the run; of `HEADGATE_CLAIM_ID` when left out. Reports of a run that is held by others are refused.
 * @returns the state that the run ended in; null when the control plane told this process to leave it alone.
 */
export async function executeFlowRun(run: {
  entrypoint: string;
  flowRunId: string;
  claimId?: string | null;
}): Promise<State | null> {
  const reporter = requiredReporter('executeFlowRun()');
  const claimId = run.claimId ?? process.env['HEADGATE_CLAIM_ID'] ?? null;
  const flow = await loadFlow(run.entrypoint).catch(async (error: unknown) => {
    const state = {
      type: 'CRASHED' as const,
      message: `The flow could not be loaded. ${messageOf(error)}`,
      state_details: { transition_id: newId() },
    };
    await reporter.client.setFlowRunState(run.flowRunId, state, { claimId });
    throw error;
  });
  try {
    return await runFoundRun(flow, reporter, await reporter.client.readFlowRun(run.flowRunId), claimId);
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    sayErr(`headgate: ${error.message}`);
    return null;
  }
}

/** Throws an Error that names what the file exports when the flow is not among it. */
export async function loadFlow(entrypoint: string): Promise<FlowDefinition> {
  const [, path = entrypoint, name = null] = /^(.*?)(?::([^:/\\]+))?$/.exec(entrypoint) ?? [];
  const exports = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  const flows = Object.entries(exports).filter(([, value]) => definitionOf(value));
  const found = name
    ? flows.find(([exported, value]) => exported === name || definitionOf(value)?.name === name)
    : flows.length === 1
      ? flows[0]
      : undefined;
  if (found) return definitionOf(found[1])!;
  const there = flows.map(([exported]) => exported).join(', ') || 'no flow';
  throw new Error(
    `${path} has no flow ${name ?? 'that could be meant'}; it exports ${there}. Correct the entrypoint of the deployment.`,
  );
}
