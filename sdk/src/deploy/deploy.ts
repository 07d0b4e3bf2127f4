import { quoted } from '@headgate/contracts';
import { ApiError, type Client, type DeploymentJson, type FlowDeploymentDraft } from '../client/index.js';
import type { FlowDefinition } from '../engine/run-flow.js';
import { UsageError } from '../errors.js';
import { parameterSchema } from '../parameters.js';
import { requiredReporter } from '../report/reporter.js';
import { entrypointOf } from './entrypoint.js';
import { pageOf } from './page.js';
import { schedulesOf, type ScheduleOptions } from './schedules.js';

export type DeploymentOptions = ScheduleOptions & {
  name: string;
  parameters?: Record<string, unknown>;
  tags?: string[];
  description?: string;
  /** At most so many runs of the deployment at the same time. */
  concurrencyLimit?: number;
  /** A paused deployment keeps its schedules, which then make no runs. */
  paused?: boolean;
  version?: string;
  /** `relative/file.ts:exportName` from the working directory; found out when left out. */
  entrypoint?: string;
};

export type DeployOptions = DeploymentOptions & {
  /** The work pool whose agents run it. */
  workPool: string;
  /** Settings of the pool for runs of this deployment, such as `{ env: { … }, working_dir: '…' }`. */
  jobVariables?: Record<string, unknown>;
};

/**
 * Creates the deployment, or changes the one of that name, and says so on stderr: what a script writes to stdout may be
 * what another program reads.
 */
export async function deployFlow(flow: FlowDefinition, options: DeployOptions): Promise<DeploymentJson> {
  const { client } = requiredReporter(`${flow.name}.deploy()`);
  await requirePool(client, options.workPool);
  const draft = await draftOf(flow, options);
  const made = await saveDeployment(client, {
    ...draft,
    work_pool_name: options.workPool,
    ...(options.jobVariables && { job_variables: options.jobVariables }),
  });
  process.stderr.write(
    `Deployed ${flow.name}/${made.name} to work pool ${options.workPool}: ${pageOf(client.config.apiUrl, made.id)}\n`,
  );
  return made;
}

async function requirePool(client: Client, name: string): Promise<void> {
  try {
    await client.readWorkPool(name);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    throw new UsageError(
      `There is no work pool "${name}". Make it with \`agent work-pool create ${quoted(name)}\`, and run it with \`agent start --pool ${quoted(name)}\`.`,
    );
  }
}

/** Elsewhere than at Headgate the flow comes first, and stays when its deployment is refused. */
export async function saveDeployment(client: Client, draft: FlowDeploymentDraft): Promise<DeploymentJson> {
  try {
    return await client.deployFlow(draft);
  } catch (error) {
    if (!isNoRoute(error)) throw error;
    const { flow_name, ...rest } = draft;
    return client.createDeployment({ ...rest, flow_id: (await client.createFlow(flow_name)).id });
  }
}

const isNoRoute = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 405 || (error.status === 404 && (error.body as { detail?: unknown })?.detail === 'Not Found'));

export async function draftOf(flow: FlowDefinition, options: DeploymentOptions): Promise<FlowDeploymentDraft> {
  const { name, parameters = {}, tags, paused, concurrencyLimit } = options;
  const description = options.description ?? flow.options.description;
  const version = options.version ?? flow.options.version;
  return {
    name,
    flow_name: flow.name,
    entrypoint: options.entrypoint ?? (await entrypointOf(flow)),
    path: process.cwd(),
    schedules: schedulesOf(options),
    parameters,
    parameter_openapi_schema: parameterSchema(flow.options.parameters),
    enforce_parameter_schema: flow.options.parameters !== undefined,
    tags: tags ?? flow.options.tags ?? [],
    ...(paused !== undefined && { paused }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
    ...(concurrencyLimit !== undefined && { concurrency_limit: concurrencyLimit }),
  };
}
