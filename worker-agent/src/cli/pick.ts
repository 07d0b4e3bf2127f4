import { isUuid } from '@headgate/contracts';
import type { Api } from '../api/api.js';
import { ApiError } from '../api/http.js';
import type { DeploymentJson, FlowRunJson } from '../api/wire.js';
import { CliError } from './errors.js';

const isId = (text: string): boolean => isUuid(text);

/** A flow run by its id, by the beginning of its id, or by its name (the newest of that name). */
export async function pickFlowRun(api: Api, text: string): Promise<FlowRunJson> {
  if (isId(text)) return found(api.getFlowRun(text), `There is no flow run ${text} in this workspace.`);
  const named = await api.listFlowRuns({ flow_runs: { name: { any_: [text] } }, sort: 'START_TIME_DESC', limit: 1 });
  if (named[0]) return named[0];
  const recent = await api.listFlowRuns({ sort: 'EXPECTED_START_TIME_DESC', limit: 200 });
  const alike = recent.filter((run) => run.id.startsWith(text.toLowerCase()));
  if (alike.length > 1) throw new CliError(`${alike.length} flow runs begin with ${text}; give more of the id.`);
  if (!alike[0]) throw new CliError(`There is no flow run ${text} in this workspace.`, 'agent flow-run ls');
  return alike[0];
}

/** A deployment by its id or as `flow/deployment`. */
export function pickDeployment(api: Api, text: string): Promise<DeploymentJson> {
  const hint = 'agent deployment ls';
  if (isId(text)) return found(api.getDeployment(text), `There is no deployment ${text} in this workspace.`, hint);
  const at = text.indexOf('/');
  if (at < 1 || at === text.length - 1)
    throw new CliError(`"${text}" is not the name of a deployment: write it as flow/deployment.`, hint, 2);
  return found(
    api.getDeploymentByName(text.slice(0, at), text.slice(at + 1)),
    `There is no deployment ${text} in this workspace.`,
    hint,
  );
}

async function found<T>(answer: Promise<T>, otherwise: string, hint = 'agent flow-run ls'): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw new CliError(otherwise, hint);
    throw error;
  }
}
