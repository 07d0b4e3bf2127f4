import { AppError, conflict, unavailable } from './app-error.js';

type PgError = Error & { code?: string; constraint?: string };

const gone = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08006',
  '08001',
  '08003',
  '25006',
]);

/** What a database or Redis error means to the caller; anything unknown stays as it is and becomes a 500. */
export function fromDatabase(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { code, message } = error as PgError;
  if (
    (code && gone.has(code)) ||
    /connection (terminated|ended|timeout)|timeout exceeded when trying to connect|Client has encountered a connection error|Connection is closed|max retries per request/i.test(
      message,
    )
  ) {
    return unavailable('Service Unavailable', error);
  }
  if (code === '40001' || code === '40P01' || code === '55P03') return unavailable('Service Unavailable', error);
  if (code === '23505')
    return conflict('Data integrity conflict. This usually means a unique or foreign key constraint was violated.', {
      cause: error,
    });
  // A required value that is null: the wire says this, too, as a conflict.
  if (code === '23503' || code === '23502')
    return conflict('Data integrity conflict. This usually means a unique or foreign key constraint was violated.', {
      cause: error,
    });
  // Text that Postgres cannot hold (NUL characters, broken surrogates), or numbers out of range: the request's fault.
  if (code === '22P05' || code === '22021' || code === '22003' || code === '22008' || code === '22P02') {
    return new AppError('invalid', 'The request contains a value that cannot be stored.', { cause: error });
  }
  return error;
}
