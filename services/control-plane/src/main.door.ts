import { createServer } from 'node:http';
import { answerLater, laterHead } from './core/http/later.js';

/**
 * Who answers at the api's address while no api does: everybody is asked to come again. The supervisor hands the
 * listening socket over as descriptor 3, and ends this process as soon as an api listens.
 */
const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, answerLater);
server.on('upgrade', (_request, socket) => {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 503 Service Unavailable\r\n${laterHead()}content-length: 0\r\nconnection: close\r\n\r\n`);
});

/** What was accepted is answered first. */
function end(): void {
  setTimeout(() => process.exit(0), 2_000).unref();
  server.close(() => process.exit(0));
}

process.on('SIGTERM', end);
process.on('disconnect', () => process.exit(0));
if (process.connected) server.listen({ fd: 3 });
else process.exit(0);
