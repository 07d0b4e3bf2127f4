import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What stands beside every 503: when to ask again, and the word by which Prefect's clients wait for as long as it takes,
 * without counting their tries. We answer 503 only for what passes: a start, a stop, a migration, a failover.
 */
export const laterHeaders = (retryAfterSeconds = 2) => ({
  'retry-after': String(retryAfterSeconds),
  'prefect-maintenance': 'true',
});

const unavailable = { exception_message: 'Service Unavailable' };
const body = JSON.stringify(unavailable);

/** Sends a request away before it reaches a door; once it is sent whole, for who is cut off while sending reads no answer. */
export function answerLater(request: IncomingMessage, response: ServerResponse): void {
  request.once('end', () =>
    response.writeHead(503, { ...laterHeaders(), 'content-type': 'application/json', connection: 'close' }).end(body),
  );
  request.resume();
}

/** The same as it goes over the wire, for what never becomes a request, or would have become a websocket. */
export function laterAnswer(said: object = unavailable): string {
  const text = JSON.stringify(said);
  const headers = {
    ...laterHeaders(),
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 503 Service Unavailable\r\n${lines.join('')}\r\n${text}`;
}
