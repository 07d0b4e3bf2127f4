import { quoted } from '@headgate/contracts';
import { missingParameters, missingWords } from '@headgate/contracts/parameter-names';
import { name } from '@headgate/contracts/rest/common';
import { z } from 'zod';
import { ApiError, type Client, type DeploymentJson, type FlowDeploymentDraft } from '../client/index.js';
import type { FlowDefinition } from '../engine/run-flow.js';
import { UsageError } from '../errors.js';
import { wordsOf } from '../given.js';
import { parameterSchema } from '../parameters.js';
import { requiredReporter } from '../report/reporter.js';
import { entrypointOf } from './entrypoint.js';
import { pageOf } from './page.js';
import { removedFrom, schedulesOf, scheduleShape, type ScheduleOptions } from './schedules.js';
import { sayErr } from '../say.js';

/** Of a deployment that is there, only what is named changes. */
export type DeploymentOptions = ScheduleOptions & {
  name: string;
  parameters?: Record<string, unknown>;
  tags?: string[];
  description?: string;
  /** At most so many runs of the deployment at the same time; null takes the limit away. */
  concurrencyLimit?: number | null;
  /** A paused deployment keeps its schedules, which then make no runs. */
  paused?: boolean;
  /** Whether runs are refused whose parameters do not fit the flow's schema; at first they are, where it has one. */
  enforceParameterSchema?: boolean;
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

const anyObject = z.record(z.string(), z.unknown());
export const deploymentShape = {
  ...scheduleShape,
  name: z.string().refine((given) => name.safeParse(given).success, 'must not be empty, nor contain / % & > <'),
  parameters: anyObject.optional(),
  tags: z.array(z.string()).optional(),
  description: z.string().optional(),
  concurrencyLimit: z.int().min(1).nullish(),
  paused: z.boolean().optional(),
  enforceParameterSchema: z.boolean().optional(),
  version: z.string().optional(),
  entrypoint: z.string().optional(),
};
const deployOptions = z.strictObject({
  ...deploymentShape,
  workPool: z.string().min(1, 'must not be empty'),
  jobVariables: anyObject.optional(),
});

/**
 * Creates the deployment, or changes the one of that name, and says so on stderr: what a script writes to stdout may be
 * what another program reads.
 */
export async function deployFlow(flow: FlowDefinition, options: DeployOptions): Promise<DeploymentJson> {
  const call = `${flow.name}.deploy()`;
  const schedules = checkedSchedules(call, deployOptions, options);
  const { client } = requiredReporter(call);
  await requirePool(client, options.workPool);
  const before = await deploymentThere(client, flow.name, options.name);
  const draft = { ...(await draftOf(flow, options, before)), ...(schedules && { schedules }) };
  const made = await saveDeployment(client, before, {
    ...draft,
    work_pool_name: options.workPool,
    ...(options.jobVariables && { job_variables: options.jobVariables }),
  });
  warnOfMissing(made);
  const where = pageOf(client.config.apiUrl, made.id);
  sayErr(`Deployed ${flow.name}/${made.name} to work pool ${options.workPool}${removedWords(before, made)}: ${where}`);
  return made;
}

/** A deployment whose schedules would make runs that must fail is stored, as with Prefect, and not in silence. */
export function warnOfMissing(made: DeploymentJson): void {
  const of = (more: object = {}) => missingParameters({ ...made.parameters, ...more }, made.parameter_openapi_schema);
  const missing = new Set((made.schedules ?? []).flatMap(({ parameters }) => of(parameters)));
  if (missing.size > 0) sayErr(`Warning: ${missingWords([...missing])}`);
}

/** Before anything is asked of the server: what is wrong is said of what was written here. */
export function checkedSchedules(call: string, shape: z.ZodType, options: ScheduleOptions) {
  try {
    shape.parse(options);
    return schedulesOf(options);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new UsageError(`${call}: ${wordsOf(error)}.`.replace(/\.\.$/, '.'));
  }
}

/** `, removed 4 schedules`; nothing where none was. */
export function removedWords(before: DeploymentJson | null, after: DeploymentJson): string {
  const count = removedFrom(before, after);
  return count === 0 ? '' : `, removed ${count} ${count === 1 ? 'schedule' : 'schedules'}`;
}

export async function deploymentThere(client: Client, flow: string, name: string): Promise<DeploymentJson | null> {
  try {
    return await client.readDeploymentByName(flow, name);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
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
export async function saveDeployment(
  client: Client,
  before: DeploymentJson | null,
  draft: FlowDeploymentDraft,
): Promise<DeploymentJson> {
  try {
    return await client.deployFlow(draft);
  } catch (error) {
    if (!isNoRoute(error)) throw error;
    const { flow_name, ...rest } = draft;
    if (!before) return client.createDeployment({ ...rest, flow_id: (await client.createFlow(flow_name)).id });
    const { name, ...changes } = rest;
    await client.updateDeployment(before.id, changes);
    return client.readDeploymentByName(flow_name, name);
  }
}

const isNoRoute = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 405 || (error.status === 404 && (error.body as { detail?: unknown })?.detail === 'Not Found'));

/** All that a new deployment needs, and what the code says of one that is there. */
export async function draftOf(
  flow: FlowDefinition,
  options: DeploymentOptions,
  before: DeploymentJson | null,
): Promise<FlowDeploymentDraft> {
  const { parameters, paused, concurrencyLimit } = options;
  const description = options.description ?? flow.options.description;
  const version = options.version ?? flow.options.version;
  const tags = options.tags ?? flow.options.tags;
  const schema = parameterSchema(flow.options.parameters);
  const enforced = options.enforceParameterSchema ?? enforcedAnew(flow, before);
  return {
    name: options.name,
    flow_name: flow.name,
    entrypoint: options.entrypoint ?? (await entrypointOf(flow)),
    path: process.cwd(),
    parameter_openapi_schema: schema,
    ...(enforced !== undefined && { enforce_parameter_schema: enforced }),
    ...(parameters && { parameters }),
    ...(tags && { tags }),
    ...(paused !== undefined && { paused }),
    ...(description !== undefined && { description }),
    ...(version !== undefined && { version }),
    ...(concurrencyLimit !== undefined && { concurrency_limit: concurrencyLimit }),
  };
}

/** Without a schema any object will do. Undefined where a flow has one as before: whether it is insisted on may have been changed. */
function enforcedAnew(flow: FlowDefinition, before: DeploymentJson | null): boolean | undefined {
  const has = flow.options.parameters !== undefined;
  const had = Object.keys(before?.parameter_openapi_schema?.properties ?? {}).length > 0;
  return before && has === had ? undefined : has;
}
