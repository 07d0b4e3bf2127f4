import { harmless } from '@headgate/contracts/terminal-text';

/** Errors that nobody catches are printed as they are. */
const printable = (text: string): string => harmless(text, { keepColours: false });

/** A call that the control plane answered with a refusal. `status` is the HTTP status, `body` what it said. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    readonly body: unknown,
    what: string,
  ) {
    super(printable(`${what} was answered with ${status}: ${textOf(body)}${hintFor(status)}`));
  }
}

/** The control plane did not answer in spite of several tries. The run itself can go on. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
  constructor(
    message: string,
    /** How long the control plane asked to be left alone, when it said so. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** Something has to be put right before the program can go on: the message says what, and no stack trace stands below it. */
export class UsageError extends Error {
  override name = 'UsageError';
  constructor(message: string) {
    super(printable(message));
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** The parameters of a flow do not fit its schema; the message lists each field. */
export class ParameterError extends Error {
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
