/** The control plane answered, and refused. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    message: string,
    /** Seconds that the server asked us to wait. */
    readonly retryAfterSeconds: number | null = null,
    /** Whether the answer was in the words of our wire, and not those of another program at this address. */
    readonly isOurs = true,
  ) {
    super(message);
  }
}

/** No answer came: refused, timed out, reset. */
export class Unreachable extends Error {
  override name = 'Unreachable';

  /** A network comes back; what does not speak HTTP, has another certificate or a name that nobody knows stays so. */
  get isOfAddress(): boolean {
    return !/^(ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|EAI_AGAIN|UND_ERR_|no answer in time)/.test(this.message);
  }
}

/** Trying again later may succeed. */
export const isPassing = (error: unknown): error is ApiError | Unreachable =>
  error instanceof Unreachable ||
  (error instanceof ApiError && (error.status === 408 || error.status === 429 || error.status >= 500));

export type Call = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutMs?: number;
};

export const notHeadgate = 'what answers at this address is not the Headgate API';

const answerWithinMs = 30_000;

/** One request with a bearer key. Throws ApiError for an answer of 400 and above, Unreachable when there is none; an abort by `signal` passes through. */
export async function call<T>(
  url: string,
  apiKey: string,
  { method = 'GET', body, headers, signal, timeoutMs = answerWithinMs }: Call = {},
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    if (!response.ok) {
      const said = messageOf(text);
      const message = said ?? `${method} answered ${response.status}.`;
      throw new ApiError(response.status, message, retryAfter(response), said !== null);
    }
    return parse<T>(text);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new Unreachable(reasonOf(error), { cause: error });
  }
}

function parse<T>(text: string): T {
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Error(notHeadgate);
  }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** Error bodies come in the shapes of the wire: `detail`, or `exception_message` with `exception_detail`. */
function messageOf(text: string): string | null {
  try {
    const body = JSON.parse(text) as {
      detail?: unknown;
      exception_message?: string;
      exception_detail?: { loc?: unknown[]; msg?: string }[];
    };
    if (typeof body.detail === 'string') return body.detail;
    const first = Array.isArray(body.exception_detail) ? body.exception_detail[0] : undefined;
    if (first?.msg) return `${(first.loc ?? []).slice(1).join('.') || 'request'}: ${first.msg}`;
    return body.exception_message ?? null;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause = error.cause as (Error & { code?: string }) | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
