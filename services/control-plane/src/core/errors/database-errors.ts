import { AppError, conflict, unavailable } from './app-error.js';

type PgError = Error & { code?: string; constraint?: string };

const gone = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // A statement that took too long.
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '53000',
  '53100',
  '53200',
  '53300',
  '08006',
  '08001',
  '08003',
  '25006',
]);

/** Errors without a code: of pg, its pool, Redis' client, and of a Redis that is starting or changing its place. */
const saysGone = new RegExp(
  [
    'connection (terminated|ended|timeout)',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error',
    'Client was closed and is not queryable',
    'Cannot use a pool after calling end',
    'Connection is closed',
    "Stream isn't writeable",
    'max retries per request',
    'Command aborted due to connection close',
    '^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN)\\b',
  ].join('|'),
  'i',
);

/** Text that Postgres cannot hold (NUL characters, broken surrogates), numbers and times that are none or out of range. */
const cannotBeStored = new Set(['22P05', '22021', '22003', '22007', '22008', '22015', '22P02']);

/** The wire's words. */
export const integrity = 'Data integrity conflict. This usually means a unique or foreign key constraint was violated.';

/** What a database or Redis error means to the caller; anything unknown stays as it is and becomes a 500. */
export function fromDatabase(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { code, message } = error as PgError;
  if ((code && gone.has(code)) || saysGone.test(message)) {
    return unavailable('Service Unavailable', error);
  }
  if (code === '40001' || code === '40P01' || code === '55P03') return unavailable('Service Unavailable', error);
  if (code === '23505')
    return conflict(integrity, {
      cause: error,
    });
  // A required value that is null: the wire says this, too, as a conflict.
  if (code === '23503' || code === '23502')
    return conflict(integrity, {
      cause: error,
    });
  if (code && cannotBeStored.has(code)) {
    return new AppError('invalid', 'The request contains a value that cannot be stored.', { cause: error });
  }
  // More than a key of an index holds: whatever is looked up by it has no such name.
  if (code === '54000')
    return new AppError('invalid', 'The request contains a name that is too long.', { cause: error });
  return error;
}
