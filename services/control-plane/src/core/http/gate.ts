import type { RequestListener, Server } from 'node:http';
import { answerLater } from './later.js';

const keepAliveWhileEndingMs = 1_000;

/** Where requests come in. Once it is closed, what is being answered is answered, and what comes after is asked to come again. */
export class Gate {
  private closed = false;
  private readonly servers: Server[] = [];

  guard(handle: RequestListener): RequestListener {
    return (request, response) => (this.closed ? answerLater(request, response) : handle(request, response));
  }

  keep(server: Server): Server {
    this.servers.push(server);
    return server;
  }

  close(): void {
    this.closed = true;
    // The end of the process waits for connections that have got their answer meanwhile.
    for (const server of this.servers) server.keepAliveTimeout = keepAliveWhileEndingMs;
  }
}
