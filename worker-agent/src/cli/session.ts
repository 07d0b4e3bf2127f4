import { Api } from '../api/api.js';
import { findConnection, type Connection } from '../settings/connection.js';
import { CliError } from './errors.js';

export type Session = { api: Api; connection: Connection };

/** Throws CliError when nobody is logged in. */
export function openSession(): Session {
  const connection = findConnection();
  if (!connection) throw new CliError('You are not logged in.', 'agent login --server http://localhost:4200');
  return { api: new Api(connection), connection };
}
