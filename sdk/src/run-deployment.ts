import { isTerminal } from '@headgate/contracts';
import { unknownParameters } from '@headgate/contracts/parameter-names';
import { z } from 'zod';
import { sleep } from './clock.js';
import { ApiError, type FlowRunJson } from './client/index.js';
import { currentFrame } from './context.js';
import { nextCall } from './engine/scope.js';
import { ParameterError } from './errors.js';
import { refuseMistaken } from './given.js';
import { requiredReporter } from './report/reporter.js';

export type RunDeploymentOptions = {
  parameters?: Record<string, unknown>;
  /** How long to wait for the end: 0 does not wait, left out waits as long as it takes. */
  timeoutSeconds?: number;
  tags?: string[];
  /** Calls with the same key make one run. */
  idempotencyKey?: string;
  jobVariables?: Record<string, unknown>;
};

const anyObject = z.record(z.string(), z.unknown()).optional();
const runOptions = z.strictObject({
  parameters: anyObject,
  timeoutSeconds: z.union([z.number().min(0), z.literal(Infinity)], 'expected seconds, from 0 up').optional(),
  tags: z.array(z.string()).optional(),
  idempotencyKey: z.string().optional(),
  jobVariables: anyObject,
});

const pollMs = 1000;

/**
 * Starts a run of a deployment, and waits for its end. In a flow, that run becomes part of the graph.
 *
 * @param name `flow/deployment`
 * @returns the run as it is at last; look at its `state_type`.
 * @throws ParameterError for a name that the flow does not have, where the deployment insists on its parameters.
 * @example
 * const run = await runDeployment('etl/nightly', { parameters: { day: '2026-01-31' }, timeoutSeconds: 600 });
 */
export async function runDeployment(name: string, options: RunDeploymentOptions = {}): Promise<FlowRunJson> {
  refuseMistaken('runDeployment(name, options)', z.tuple([z.string(), runOptions]), [name, options], runDeployment);
  const { client } = requiredReporter('runDeployment()');
  const [flow = '', deployment = ''] = name.split('/');
  if (!flow || !deployment) throw new Error(`"${name}" does not name a deployment. Write 'flow/deployment'.`);
  const found = await client.readDeploymentByName(flow, deployment).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404)
      throw new Error(`There is no deployment "${name}". Make it with deploy() or serve().`, { cause: error });
    throw error;
  });
  // The wire takes names that the flow does not have, as Prefect does: the run would go without the value that was meant.
  const parameters = options.parameters ?? {};
  const unknown = unknownParameters(parameters, found);
  if (unknown) throw new ParameterError(`${name}: ${unknown.words}`);
  const parentId = await standIn(name);
  const draft = {
    parameters,
    tags: options.tags ?? [],
    ...(options.idempotencyKey && { idempotency_key: options.idempotencyKey }),
    ...(options.jobVariables && { job_variables: options.jobVariables }),
    ...(parentId !== null && { parent_task_run_id: parentId }),
  };
  const run = await client.createDeploymentRun(found.id, draft).catch(async (error: unknown) => {
    // Nothing stands behind it: without a word it would wait until its flow run ends.
    if (parentId !== null) await client.failTaskRun(parentId, String(error)).catch(() => undefined);
    throw error;
  });
  return untilEnd(run, options.timeoutSeconds ?? Infinity);
}

async function untilEnd(run: FlowRunJson, seconds: number): Promise<FlowRunJson> {
  const { client } = requiredReporter('runDeployment()');
  const signal = currentFrame()?.info.signal;
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline && !isTerminal(run.state_type);) {
    if (!(await sleep(Math.min(pollMs, deadline - Date.now()), signal))) signal?.throwIfAborted();
    run = await client.readFlowRun(run.id);
  }
  return run;
}

/** In the graph of the calling flow a task run stands for the run. Answers its id. */
async function standIn(name: string): Promise<string | null> {
  const scope = currentFrame()?.scope;
  if (!scope) return null;
  const { client } = requiredReporter('runDeployment()');
  const { number, key } = nextCall(scope, name);
  const { id } = await client.createTaskRun({
    flow_run_id: scope.flowRunId,
    task_key: `run-deployment.${name}`,
    dynamic_key: key,
    name: `${name}-${number}`,
    state: { type: 'PENDING' },
  });
  return id;
}
