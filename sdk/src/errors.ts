import { harmless } from '@headgate/contracts/terminal-text';

/** Errors that nobody catches are printed as they are. */
const printable = (text: string): string => harmless(text, { keepColours: false });

/** Where the SDK is, as built and as source maps name it; in a stack, a place is an address or a path. */
const own = ['../dist/', '../src/'].map((folder) => new URL(folder, import.meta.url).pathname);

/** The lines of a stack that are neither of the SDK nor of Node: where the person's own code was. */
function ownLines(): string[] {
  const { stackTraceLimit } = Error;
  const at: { stack?: string } = {};
  Error.stackTraceLimit = 50;
  Error.captureStackTrace(at);
  Error.stackTraceLimit = stackTraceLimit;
  return (at.stack ?? '')
    .split('\n')
    .filter((line) => /^ +at /.test(line) && ![...own, 'node:'].some((not) => line.includes(not)));
}

/**
 * An error whose message says to a person what to put right. When nobody catches it, Node prints the message and the lines
 * of the caller, and nothing of the SDK or of itself.
 */
class ErrorForPeople extends Error {
  constructor(message: string, facts: object = {}) {
    super(printable(message));
    const lines = ownLines();
    // Node prints the line of code that an error comes from, unless the line says this:
    Error.captureStackTrace(this); // node-do-not-add-exception-line
    // Assigned, a stack would forget that place, and Node print a line of its own insides.
    delete this.stack;
    const hidden = { configurable: true, enumerable: false };
    Object.defineProperty(this, 'stack', {
      ...hidden,
      get: () => [`${this.name}: ${this.message}`, ...lines].join('\n'),
      set: (value: unknown) => {
        Object.defineProperty(this, 'stack', { ...hidden, value, writable: true });
      },
    });
    for (const [name, value] of Object.entries(facts)) Object.defineProperty(this, name, { ...hidden, value });
  }
}

/** A call that the control plane answered with a refusal. `status` is the HTTP status, `body` what it said. */
export class ApiError extends ErrorForPeople {
  override name = 'ApiError';
  declare readonly status: number;
  declare readonly body: unknown;
  constructor(status: number, body: unknown, what: string) {
    super(`${textOf(body)}${hintFor(status)} (${status}, ${what})`, { status, body });
  }
}

/** The control plane did not answer in spite of several tries. The run itself can go on. */
export class UnreachableError extends ErrorForPeople {
  override name = 'UnreachableError';
  /** How long the control plane asked to be left alone, when it said so. */
  declare readonly retryAfterMs: number | null;
  constructor(message: string, retryAfterMs: number | null = null) {
    super(message, { retryAfterMs });
  }
}

/** Something has to be put right before the program can go on: the message says what. */
export class UsageError extends ErrorForPeople {
  override name = 'UsageError';
}

/** The parameters of a flow do not fit its schema; the message lists each field. */
export class ParameterError extends ErrorForPeople {
  override name = 'ParameterError';
}

/** A run took longer than its `timeoutSeconds`. */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** A run was cancelled, or its process was asked to end. */
export class CancelledError extends Error {
  override name = 'CancelledError';
}

/** The control plane told this process to leave the run alone, for example because another process holds it now. */
export class AbortedError extends Error {
  override name = 'AbortedError';
}

/** Thrown by `suspendFlowRun` to leave the flow; do not catch it. */
export class SuspendedError extends Error {
  override name = 'SuspendedError';
}

/** A run that was awaited ended in a state without success and without an error of its own. */
export class RunFailedError extends Error {
  override name = 'RunFailedError';
}

const hints: Record<number, string> = {
  401: ' Check HEADGATE_API_KEY, or log in again with `agent login`.',
  403: ' The key is valid, but may not do this in that workspace.',
};

const hintFor = (status: number): string => hints[status] ?? '';

function textOf(body: unknown): string {
  if (typeof body === 'string') return body.slice(0, 500);
  const { detail, exception_message: message, exception_detail: fields } = (body ?? {}) as Record<string, unknown>;
  if (typeof detail === 'string') return detail;
  const of = fieldWords(fields ?? detail);
  return `${typeof message === 'string' ? message : 'no reason given.'}${of ? ` ${of}` : ''}`.slice(0, 2_000);
}

type Field = { loc?: unknown[]; msg?: string; type?: string };

/** Of what may be one of several things each is complained of: that it lacks what another has says the least. */
function fieldWords(fields: unknown): string {
  if (!Array.isArray(fields)) return fields ? JSON.stringify(fields).slice(0, 1_000) : '';
  const all = fields as Field[];
  const telling = all.filter(({ type }) => type !== 'missing' && type !== 'extra_forbidden');
  const shown = telling.length > 0 ? telling : all;
  return shown
    .map(({ loc = [], msg }) => `${loc.slice(1).join('.')}: ${msg?.replace(/^Value error, /, '')}`)
    .join('; ');
}
