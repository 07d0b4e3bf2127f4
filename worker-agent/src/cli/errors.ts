import pc from 'picocolors';
import { ApiError, Unreachable } from '../api/http.js';
import { findConnection } from '../settings/connection.js';
import { printError } from './terminal.js';

/** Something that the person can mend: what is wrong, and the command that mends it. */
export class CliError extends Error {
  override name = 'CliError';
  constructor(
    message: string,
    readonly hint: string | null = null,
    /** 1 failed, 2 the command was not used as it is meant. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** Prints the error for a person. Answers the exit code. */
export function tellError(error: unknown): number {
  const known = explain(error);
  printError(`${pc.red('error:')} ${known.message}`);
  if (known.hint) printError(`${pc.dim('  try:')} ${known.hint}`);
  return known.exitCode;
}

function explain(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const server = safely(() => findConnection()?.server) ?? 'the server';
  if (error instanceof Unreachable)
    return new CliError(
      `${server} cannot be reached (${error.message}).`,
      'is it running? `agent login --server URL` changes the address',
    );
  if (error instanceof ApiError) return explainAnswer(error, server);
  return new CliError(error instanceof Error ? error.message : String(error));
}

function explainAnswer(error: ApiError, server: string): CliError {
  if (error.status === 401)
    return new CliError(`${server} does not accept the API key: ${error.message}`, 'agent login');
  if (error.status === 403)
    return new CliError(
      `You may not do this: ${error.message}`,
      '`agent whoami` shows who you are, `agent workspace ls` where',
    );
  if (error.status === 404)
    return new CliError(error.message === 'Not Found' ? 'There is no such thing in this workspace.' : error.message);
  return new CliError(error.message);
}

function safely<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
