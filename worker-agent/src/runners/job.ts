import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ClaimedRun, JobTemplate } from '../api/wire.js';

/** What a run needs to be started, put together from pool, deployment and run. */
export type Job = {
  flowRunId: string;
  claimId: string;
  entrypoint: string | null;
  command: string | null;
  parameters: Record<string, unknown>;
  /** Variables that pool, deployment and run ask for. */
  env: Record<string, string>;
  workingDir: string;
};

/** The reason is for the run's state. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

type Variables = Record<string, unknown>;

/** Throws CannotStart when the working directory that was asked for is not there. */
export function jobOf(
  { flow_run: run, deployment, claim_id }: ClaimedRun,
  template: JobTemplate,
  agentDir: string,
): Job {
  const configuration = configure(template, deployment?.job_variables ?? {}, run.job_variables ?? {});
  return {
    flowRunId: run.id,
    claimId: claim_id,
    entrypoint: deployment?.entrypoint ?? null,
    command: text(configuration['command']),
    parameters: run.parameters,
    env: envOf(configuration['env']),
    workingDir: workingDirOf(text(configuration['working_dir']), deployment?.path ?? null, agentDir),
  };
}

/** The pool's template with its placeholders filled: the run's variables win over the deployment's, those over the pool's defaults; `env` is merged. */
export function configure(template: JobTemplate, ofDeployment: Variables, ofRun: Variables): Variables {
  const defaults = Object.fromEntries(
    Object.entries(template.variables?.properties ?? {}).map(([name, { default: value }]) => [name, value]),
  );
  const given = { ...withoutNothing(ofDeployment), ...withoutNothing(ofRun) };
  const env = { ...asRecord(defaults['env']), ...asRecord(ofDeployment['env']), ...asRecord(ofRun['env']) };
  const variables: Variables = { ...defaults, ...given, env };
  return template.job_configuration ? (fill(template.job_configuration, variables) as Variables) : variables;
}

const placeholder = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** A placeholder alone takes the value as it is; inside a text it becomes text. */
function fill(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const alone = /^\{\{\s*([\w.-]+)\s*\}\}$/.exec(value);
    return alone ? variables[alone[1]!] : value.replace(placeholder, (_, name: string) => inText(variables[name]));
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, variables));
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, variables)]));
  return value;
}

const inText = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

function workingDirOf(asked: string | null, deploymentPath: string | null, agentDir: string): string {
  if (asked) {
    const dir = resolve(agentDir, asked);
    if (!isDirectory(dir)) throw new CannotStart(`The working directory ${dir} does not exist on the agent's machine.`);
    return dir;
  }
  const path = deploymentPath && resolve(agentDir, deploymentPath);
  return path && isDirectory(path) ? path : agentDir;
}

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);
const asRecord = (value: unknown): Variables => (value && typeof value === 'object' ? (value as Variables) : {});
const withoutNothing = (given: Variables): Variables =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));

function envOf(value: unknown): Record<string, string> {
  const given = Object.entries(asRecord(value)).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(
    given.map(([name, each]) => [name, typeof each === 'string' ? each : JSON.stringify(each)]),
  );
}
