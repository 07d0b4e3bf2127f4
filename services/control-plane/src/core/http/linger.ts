import type { IncomingMessage } from 'node:http';

const lingerMs = 5_000;
const lingerBytes = 64 * 1024 * 1024;
const lookEveryMs = 250;

/**
 * For a request that is refused before its end: an answer that is followed by a reset of the connection may never be
 * seen, above all by clients that send all before they read. Node reads on and throws away what comes, and we end that
 * after a while, or when it is too much. The answer must not say that the connection closes: then Node would close it.
 */
export function lingerOver(request: IncomingMessage): void {
  const { socket } = request;
  const [until, from] = [Date.now() + lingerMs, socket.bytesRead];
  const timer = setInterval(() => {
    const isOver = Date.now() > until || socket.bytesRead - from > lingerBytes;
    if (isOver && !request.complete) request.destroy();
    if (isOver || request.complete || request.destroyed) clearInterval(timer);
  }, lookEveryMs).unref();
}
