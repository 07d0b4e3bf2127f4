import type { IncomingMessage } from 'node:http';

const lingerMs = 5000;

/**
 * For a request that is refused before its end: an answer that is followed by a reset of the connection may never be
 * seen, so Node reads on and throws away what comes, and we end that after a while.
 */
export function lingerOver(request: IncomingMessage): void {
  setTimeout(() => request.complete || request.destroy(), lingerMs).unref();
}
