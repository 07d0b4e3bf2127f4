import { Server, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Connections, type ConnectionLimits } from './connections.js';
import { takeOriginForm } from './origin-form.js';

/** Clients keep idle connections for 25 s: a server that closes first makes them retry. */
const keepAliveMs = 75_000;
/** Time for the head of a request, from the first moment of a connection on, and for the whole of it. */
const headersMs = 10_000;
const requestMs = 30_000;
/** How often the two are looked after. */
const checkMs = 2000;
const deafMs = 500;

/** What stays out of a request that is taken in again: its wish for another protocol. */
const ofTheUpgrade = new Set(['connection', 'upgrade', 'http2-settings']);

/** Whoever stands in front of us may have gone by the one of two names, while we go by the other. */
function namesTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.length === 4 && rawHeaders[at]!.toLowerCase() === 'host') hosts++;
  return hosts > 1;
}

/** A connection that is said to have asked for nothing in time, of which nothing has been read at all. */
const isUnread = ({ code }: NodeJS.ErrnoException, socket: Socket): boolean =>
  code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;

/** Bodies are taken as they are: of one that is packed on its way we would make nonsense. */
function isPackedOnItsWay({ headers }: IncomingMessage): boolean {
  const codings = headers['transfer-encoding'];
  return codings !== undefined && codings.trim().toLowerCase() !== 'chunked';
}

const refusals = {
  400: 'Bad Request',
  405: 'Method Not Allowed\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  501: 'Not Implemented',
};
type Refusal = keyof typeof refusals;

function refusalOf(request: IncomingMessage): Refusal | null {
  if (namesTwoHosts(request)) return 400;
  return isPackedOnItsWay(request) ? 501 : null;
}

function refuse(response: ServerResponse, status: Refusal): boolean {
  response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
  return true;
}

/** The HTTP server: bounded in time and number, and open to one other protocol, websockets where there are any. */
export class FrontServer extends Server {
  private readonly crowd: Connections;

  constructor(
    handle: RequestListener,
    limits: ConnectionLimits,
    private readonly speaksWebsocketAt: RegExp,
  ) {
    super(
      {
        keepAliveTimeout: keepAliveMs,
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        connectionsCheckingInterval: checkMs,
      },
      handle,
    );
    this.crowd = new Connections(limits);
    // One that never listens has no crowd, and is never closed.
    this.once('listening', () => {
      const timer = setInterval(() => this.crowd.letGoOfDeaf(), deafMs).unref();
      this.once('close', () => clearInterval(timer));
      // Without a listener Node would hang up on who wants a way through.
      this.on('connect', (_request, socket: Socket) => this.refuseDetached(socket, 405));
    });
  }

  // The only place before the server has made up its mind: all listeners of an event hear it.
  override emit(event: string, ...args: unknown[]): boolean {
    switch (event) {
      case 'connection':
        return this.crowd.admit(args[0] as Socket) && super.emit(event, ...args);
      case 'request':
        takeOriginForm(args[0] as IncomingMessage);
        return this.request(args[0] as IncomingMessage, args[1] as ServerResponse);
      case 'clientError':
        if (!isUnread(args[0] as NodeJS.ErrnoException, args[1] as Socket)) return super.emit(event, ...args);
        this.lookOnceMore(args[0] as Error, args[1] as Socket);
        return true;
      case 'upgrade':
        return this.upgrade(...(args as [IncomingMessage, Socket, Buffer]));
      default:
        return super.emit(event, ...args);
    }
  }

  /** What has come while this process was busy with something else is read before the next turn. */
  private lookOnceMore(error: Error, socket: Socket): void {
    setImmediate(() => {
      if (socket.destroyed || socket.bytesRead > 0) return;
      if (!super.emit('clientError', error, socket)) socket.destroy();
    });
  }

  private request(request: IncomingMessage, response: ServerResponse): boolean {
    const refusal = refusalOf(request);
    if (refusal) return refuse(response, refusal);
    this.crowd.work(request, response, () => void super.emit('request', request, response));
    return true;
  }

  /** Of a connection of which Node has let go nobody else hears that it is lost. Its turn comes after what it asked before. */
  private refuseDetached(socket: Socket, status: Refusal): boolean {
    socket.on('error', () => socket.destroy());
    const answer = `HTTP/1.1 ${status} ${refusals[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    this.crowd.whenIdle(socket, () => socket.end(answer, () => socket.destroy()));
    return true;
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): boolean {
    takeOriginForm(request);
    const refusal = refusalOf(request);
    if (refusal) return this.refuseDetached(socket, refusal);
    if (!this.isWebsocket(request)) return this.takeAgain(request, socket, head);
    this.crowd.hold(socket);
    return super.emit('upgrade', request, socket, head);
  }

  private isWebsocket({ headers, url = '' }: IncomingMessage): boolean {
    return headers.upgrade?.toLowerCase() === 'websocket' && this.speaksWebsocketAt.test(url);
  }

  /**
   * A protocol that we do not speak is a wish that may be ignored. Node has by then let go of the connection: the request
   * is put back in front of it without the wish, and the connection is served from the start.
   */
  private takeAgain(request: IncomingMessage, socket: Socket, head: Buffer): boolean {
    const { method, url, httpVersion, rawHeaders } = request;
    const lines = [`${method} ${url} HTTP/${httpVersion}`];
    for (let at = 0; at < rawHeaders.length; at += 2)
      if (!ofTheUpgrade.has(rawHeaders[at]!.toLowerCase())) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
    const keeps = !/(^|,)\s*close\s*(,|$)/i.test(request.headers.connection ?? '');
    lines.push(`Connection: ${keeps ? 'keep-alive' : 'close'}`);
    const lost = () => socket.destroy();
    socket.on('error', lost);
    const again = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]);
    this.crowd.whenIdle(socket, () => {
      if (socket.destroyed) return;
      socket.off('error', lost);
      socket.setTimeout(0);
      socket.unshift(again);
      super.emit('connection', socket);
    });
    return true;
  }
}
