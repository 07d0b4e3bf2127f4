import { quoted } from '@headgate/contracts';
import { ApiError, type Client, type DeploymentDraft, type DeploymentJson } from '../client/index.js';
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
  const draft = await draftOf(client, flow, options);
  const made = await client.createDeployment({
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

export async function draftOf(
  client: Client,
  flow: FlowDefinition,
  options: DeploymentOptions,
): Promise<DeploymentDraft> {
  const { name, parameters = {}, tags, paused, concurrencyLimit } = options;
  const description = options.description ?? flow.options.description;
  const version = options.version ?? flow.options.version;
  const draft = {
    name,
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
  // The flow comes last: a draft that cannot be made leaves none behind.
  return { ...draft, flow_id: (await client.createFlow(flow.name)).id };
}
