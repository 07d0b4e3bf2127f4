import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const statusOf: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };
const details: Record<number, string> = {
  408: 'The request did not come in time.',
  431: 'The head of the request is too large.',
};

/**
 * Answers what cannot be read as a request. Nobody can tell where the next one would begin: the connection closes, which
 * the answer says, so that clients send nothing more on it.
 */
export function refuseUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const status = statusOf[code] ?? 400;
  const body = JSON.stringify({ detail: details[status] ?? 'This is no HTTP request.' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy();
}
