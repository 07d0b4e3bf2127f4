import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, UnreachableError } from '../errors.js';
import type { ClientConfig } from './config.js';

export type RequestOptions = {
  headers?: Record<string, string>;
  /** Of one try. */
  timeoutMs?: number;
  /** After the first try. */
  retries?: number;
};

const again = new Set([408, 429, 502, 503, 504]);
const longestDelayMs = 30_000;

/**
 * One call, tried again when the network or the server has a bad moment. Repeats send the same body, so a body that must
 * count once carries its own id.
 * @throws ApiError for any other refusal, UnreachableError when no try was answered.
 */
export async function request<T>(
  config: ClientConfig,
  method: string,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<T> {
  const { retries = 5 } = options;
  for (let tries = 0; ; tries++) {
    const answer = await attempt(config, method, path, body, options);
    if (answer instanceof Response && !again.has(answer.status)) return read<T>(answer, `${method} ${path}`);
    if (tries >= retries) throw await gaveUp(answer, config, `${method} ${path}`);
    await sleep(delayMs(tries, answer));
  }
}

function attempt(
  config: ClientConfig,
  method: string,
  path: string,
  body: unknown,
  { headers, timeoutMs = 30_000 }: RequestOptions,
): Promise<Response | Error> {
  return fetch(config.apiUrl + path, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'user-agent': 'headgate-sdk/0.1.0 (node)',
      ...(config.apiKey && { authorization: `Bearer ${config.apiKey}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => error as Error);
}

async function read<T>(response: Response, what: string): Promise<T> {
  const text = await response.text();
  const body = parsed(text);
  if (!response.ok) throw new ApiError(response.status, body, what);
  return body as T;
}

async function gaveUp(answer: Response | Error, { apiUrl }: ClientConfig, what: string): Promise<Error> {
  const why = answer instanceof Response ? `it answered ${answer.status}` : reason(answer);
  return new UnreachableError(
    `${what}: no answer from ${apiUrl} (${why}). Is the control plane running, and is HEADGATE_API_URL right?`,
  );
}

const reason = (error: Error): string =>
  error.cause instanceof Error ? ((error.cause as NodeJS.ErrnoException).code ?? error.cause.message) : error.message;

/** `Retry-After` is a floor; otherwise the wait doubles, with some jitter so that many clients do not come at once. */
function delayMs(tries: number, answer: Response | Error): number {
  const jitter = 1 + Math.random() * 0.2;
  const told = answer instanceof Response ? Number(answer.headers.get('retry-after')) : NaN;
  if (told > 0) return Math.min(told * 1000 * jitter, longestDelayMs);
  return Math.min(250 * 2 ** tries * jitter, longestDelayMs);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}
