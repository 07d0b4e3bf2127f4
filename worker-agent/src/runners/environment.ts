import { delimiter, join } from 'node:path';
import { namesWorkspace, type Connection } from '../settings/connection.js';
import type { Job } from './job.js';

export const headgateAddress = ({ apiUrl, apiKey }: Connection): Record<string, string> => ({
  HEADGATE_API_URL: apiUrl,
  HEADGATE_API_KEY: apiKey,
});

/** What every run finds in its environment: its workspace, its own id, and the claim that fences its reports. */
export function headgateEnv(job: Job, connection: Connection): Record<string, string> {
  return {
    ...headgateAddress(connection),
    HEADGATE_FLOW_RUN_ID: job.flowRunId,
    HEADGATE_CLAIM_ID: job.claimId,
  };
}

/**
 * The address in the form that puts Prefect's client into the mode that fits it: Cloud mode needs an address that names
 * account and workspace.
 */
export function prefectAddress({ apiUrl, apiKey, server }: Connection): Record<string, string> {
  return {
    PREFECT_API_URL: apiUrl,
    PREFECT_API_KEY: apiKey,
    ...(namesWorkspace(apiUrl) ? { PREFECT_CLOUD_API_URL: `${server}/api` } : {}),
  };
}

/** A virtual environment that is named by `VIRTUAL_ENV` counts as active, as its `activate` script would do. */
export function withVirtualEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = env['VIRTUAL_ENV'];
  if (!folder) return env;
  const bin = join(folder, 'bin');
  return (env['PATH'] ?? '').split(delimiter).includes(bin)
    ? env
    : { ...env, PATH: `${bin}${delimiter}${env['PATH'] ?? ''}` };
}
