import { clientVersionOf, isAtLeast } from './client-version.js';

/**
 * A Prefect client works in Cloud mode, with an API key, or in server mode, with an auth string. Clients before 3.6.14 do
 * not send the auth string over the websocket by which task runs are reported, so that in server mode none arrives: seen
 * in their code and by driving them.
 */
const reportsTaskRuns = [3, 6, 14] as const;

/** Why a client that asks like this loses its task runs; null when it does not. */
export function losesTaskRuns(agent: string | undefined, authorization: string | undefined): string | null {
  const client = clientVersionOf(agent);
  // Only in server mode is the key an auth string.
  if (!client || !/^basic /i.test(authorization ?? '') || isAtLeast(client.numbers, reportsTaskRuns)) return null;
  const least = reportsTaskRuns.join('.');
  return `Prefect ${client.text} is too old for server mode: it does not report task runs there, so that none of this run's are shown. Use Cloud mode (prefect cloud login), or upgrade to Prefect ${least} or newer.`;
}
