import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, UnreachableError } from '../errors.js';
import type { ClientConfig } from './config.js';

export type RequestOptions = {
  /** Asked for at each try, where it is a function. */
  headers?: Record<string, string> | (() => Record<string, string>);
  /** Of one try. */
  timeoutMs?: number;
  /** After the first try. */
  retries?: number;
};

const tooMuch = 429;
const again = new Set([408, tooMuch, 502, 503, 504]);
const longestDelayMs = 30_000;
/** Who asks more than a workspace may waits for so long: it is there, and will answer. */
const patienceMs = 10 * 60_000;

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
  const patientUntil = retries > 0 ? Date.now() + patienceMs : 0;
  for (let tries = 0; ;) {
    const answer = await attempt(config, method, path, body, options);
    if (answer instanceof Response && !again.has(answer.status)) return read<T>(answer, `${method} ${path}`);
    const isTooMuch = answer instanceof Response && answer.status === tooMuch && Date.now() < patientUntil;
    if (!isTooMuch && tries >= retries) throw gaveUp(answer, config, `${method} ${path}`);
    await sleep(delayMs(tries, answer));
    if (!isTooMuch) tries++;
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
      ...(typeof headers === 'function' ? headers() : headers),
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

function gaveUp(answer: Response | Error, { apiUrl }: ClientConfig, what: string): Error {
  const why = answer instanceof Response ? `it answered ${answer.status}` : reason(answer);
  return new UnreachableError(
    `${what}: no answer from ${apiUrl} (${why}). Is the control plane running, and is HEADGATE_API_URL right?`,
    toldMs(answer),
  );
}

const reason = (error: Error): string =>
  error.cause instanceof Error ? ((error.cause as NodeJS.ErrnoException).code ?? error.cause.message) : error.message;

/** `Retry-After` is a floor; otherwise the wait doubles, with some jitter so that many clients do not come at once. */
function delayMs(tries: number, answer: Response | Error): number {
  const jitter = 1 + Math.random() * 0.2;
  return Math.min((toldMs(answer) ?? 250 * 2 ** tries) * jitter, longestDelayMs);
}

/** How long the server asked us to wait. */
function toldMs(answer: Response | Error): number | null {
  const seconds = answer instanceof Response ? Number(answer.headers.get('retry-after')) : NaN;
  return seconds > 0 ? Math.min(seconds * 1000, longestDelayMs) : null;
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}
