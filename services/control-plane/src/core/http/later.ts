import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What stands beside every 503: when to ask again, and the word by which Prefect's clients wait for as long as it takes,
 * without counting their tries. We answer 503 only for what passes: a start, a stop, a migration, a failover.
 */
export const laterHeaders = (retryAfterSeconds = 2) => ({
  'retry-after': String(retryAfterSeconds),
  'prefect-maintenance': 'true',
});

/** For who opens a page meanwhile: it says what is so, and asks again by itself. */
const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="2">
<title>Headgate is away for a moment</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; margin: 1rem; text-align: center } h1 { font-size: 1.25rem; margin: 0 }</style>
<main role="status">
<h1>Headgate is away for a moment</h1>
<p>It is starting or being restarted. This page opens by itself as soon as it is back.</p>
</main>
</html>
`;
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'cache-control': 'no-store',
};

/** Programs take anything, or name JSON. */
const wantsPage = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');

const unavailable = { exception_message: 'Service Unavailable' };
const body = JSON.stringify(unavailable);

/** Sends a request away before it reaches a door; once it is sent whole, for who is cut off while sending reads no answer. */
export function answerLater(request: IncomingMessage, response: ServerResponse): void {
  const [said, headers] = wantsPage(request) ? [page, pageHeaders] : [body, { 'content-type': 'application/json' }];
  request.once('end', () => response.writeHead(503, { ...laterHeaders(), ...headers, connection: 'close' }).end(said));
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
