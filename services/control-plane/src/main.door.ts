import { createServer } from 'node:http';
import { answerLater, laterAnswer } from './core/http/later.js';

/**
 * Who answers at the api's address while no api does: everybody is asked to come again. The supervisor hands the
 * listening socket over as descriptor 3, and ends this process as soon as an api listens.
 */
const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, answerLater);
server.on('upgrade', (_request, socket) => {
  socket.on('error', () => undefined);
  socket.end(laterAnswer());
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
