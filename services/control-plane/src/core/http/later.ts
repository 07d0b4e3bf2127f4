import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What stands beside every 503: when to ask again, and the word by which Prefect's clients wait for as long as it takes,
 * without counting their tries. We answer 503 only for what passes: a start, a stop, a migration, a failover.
 */
export const laterHeaders = (retryAfterSeconds = 2) => ({
  'retry-after': String(retryAfterSeconds),
  'prefect-maintenance': 'true',
});

const body = JSON.stringify({ exception_message: 'Service Unavailable' });

/** Sends a request away before it reaches a door; once it is sent whole, for who is cut off while sending reads no answer. */
export function answerLater(request: IncomingMessage, response: ServerResponse): void {
  request.once('end', () =>
    response.writeHead(503, { ...laterHeaders(), 'content-type': 'application/json', connection: 'close' }).end(body),
  );
  request.resume();
}

/** The same for what would have become a websocket, as it goes over the wire. */
export function laterHead(): string {
  return Object.entries(laterHeaders())
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
