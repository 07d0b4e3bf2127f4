import type { MistakeJson } from '@headgate/contracts/rest/answers/screens';
import type { Api } from '../api/api.js';
import { ApiError } from '../api/http.js';
import type { DeploymentJson } from '../api/wire.js';
import { CliError } from './errors.js';

/** A refused run tells of one parameter that does not fit: here are all of them. Answers the error to throw. */
export async function allMisfits(
  error: unknown,
  api: Api,
  deployment: DeploymentJson,
  parameters: Record<string, unknown>,
): Promise<unknown> {
  if (!(error instanceof ApiError) || error.status !== 409 || !deployment.parameter_openapi_schema) return error;
  const values = { ...deployment.parameters, ...parameters };
  const { errors } = await api.checkValues(deployment.parameter_openapi_schema, values);
  const lines = errors.flatMap((each) => linesOf(each, ''));
  if (lines.length === 0) return error;
  const many = lines.length === 1 ? 'A parameter does' : `${lines.length} parameters do`;
  return new CliError(`${many} not fit, and nothing was started:\n  ${lines.join('\n  ')}`, null, 2);
}

function linesOf(mistake: MistakeJson, place: string): string[] {
  if (typeof mistake === 'string') return [place ? `${place}: ${mistake}` : mistake];
  const within = 'property' in mistake ? `${place && `${place}.`}${mistake.property}` : `${place}[${mistake.index}]`;
  return mistake.errors.flatMap((each) => linesOf(each, within));
}
