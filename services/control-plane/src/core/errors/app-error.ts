export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'gone'
  | 'locked'
  | 'tooMany'
  | 'unavailable'
  | 'tooLarge';

/** How each kind of error is said over HTTP. */
export const httpStatus: Record<ErrorKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  gone: 410,
  tooLarge: 413,
  locked: 423,
  tooMany: 429,
  unavailable: 503,
};

type Extras = {
  /** For forms: what is wrong with which field. */
  fields?: Record<string, string>;
  /** Sent as `Retry-After`, in seconds. */
  retryAfterSeconds?: number;
  /** A status other than the kind's own, where the wire wants it (400 for some refusals). */
  status?: number;
  /** The body's shape: `{detail}` (default) or `{exception_message}`, as the wire wants it. */
  envelope?: 'detail' | 'exception_message';
};

/** What is told, in characters: a name that it repeats may be as long as a body. */
const told = { first: 4_000, last: 1_000 };

/** A message says at its beginning and at its end what is the matter. */
const short = (message: string): string =>
  message.length > told.first + told.last ? `${message.slice(0, told.first)}…${message.slice(-told.last)}` : message;

export class AppError extends Error {
  override name = 'AppError';
  /** `message` is for the caller; `inside` is for our log and never leaves the process. */
  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly inside: Record<string, unknown> = {},
    readonly extras: Extras = {},
  ) {
    super(short(message), { cause: inside['cause'] });
  }

  get status(): number {
    return this.extras.status ?? httpStatus[this.kind];
  }
}

export const notFound = (message: string, inside?: Record<string, unknown>) =>
  new AppError('notFound', message, inside);
export const invalid = (message: string, extras?: Extras) => new AppError('invalid', message, {}, extras);
export const badRequest = (message: string) => new AppError('invalid', message, {}, { status: 400 });
export const conflict = (message: string, inside?: Record<string, unknown>) =>
  new AppError('conflict', message, inside);
export const forbidden = (message: string) => new AppError('forbidden', message);
export const unauthenticated = (message = 'Unauthorized') =>
  new AppError('unauthenticated', message, {}, { envelope: 'exception_message' });
export const unavailable = (message: string, cause?: unknown) =>
  new AppError('unavailable', message, { cause }, { retryAfterSeconds: 2, envelope: 'exception_message' });

/** For what cannot happen; a failure is a bug of ours. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${why}`);
}
