import { clientVersionOf, isAtLeast, type ClientVersion } from './client-version.js';

/**
 * A Prefect client works in Cloud mode, with an API key, or in server mode, with an auth string. Clients before 3.6.14 send
 * neither over the websocket by which task runs are reported in server mode, so that none arrives: seen in their code and
 * by driving them.
 */
const reportsTaskRuns = [3, 6, 14] as const;

/** Which client asks, and what tells its mode. */
export type Asking = {
  agent: string | undefined;
  /** Only in server mode is the key an auth string. */
  authorization: string | undefined;
  /** Sent by who was given a token for it, which is asked for in server mode only. */
  csrfClient?: string | undefined;
};

/** Why a client that asks like this loses its task runs; null when it does not. */
export function losesTaskRuns({ agent, authorization, csrfClient }: Asking): string | null {
  const client = tooOld(agent);
  if (!client || (!/^basic /i.test(authorization ?? '') && csrfClient === undefined)) return null;
  const least = reportsTaskRuns.join('.');
  return `Prefect ${client.text} is too old for server mode: it does not report task runs there, so that none of this run's are shown. Use Cloud mode (prefect cloud login), or upgrade to Prefect ${least} or newer.`;
}

/**
 * Whether it can be told from a client's requests that it is in server mode only by giving it what it asks for: with an API
 * key all else looks as in Cloud mode. Who reports its task runs anyhow need not be told apart.
 */
export const hidesItsMode = ({ agent, authorization }: Asking): boolean =>
  tooOld(agent) !== null && /^bearer /i.test(authorization ?? '');

function tooOld(agent: string | undefined): ClientVersion | null {
  const client = clientVersionOf(agent);
  return client && !isAtLeast(client.numbers, reportsTaskRuns) ? client : null;
}
