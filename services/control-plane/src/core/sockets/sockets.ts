import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { isUuid, newId } from '@headgate/contracts';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Ctx } from '../access/ctx.js';
import { Identity } from '../access/identity.js';
import type { Scope } from '../access/scopes.js';
import { apiKeyOf, keyOfCredential } from '../access/strategies.js';
import { parseAddress, type Address } from '../http/address.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { Frames } from './frames.js';

/** A websocket door of the workspace API, e.g. `/api/events/in`. */
export type SocketDoor = {
  path: RegExp;
  needs: Scope;
  /** The door answers pings by itself, once what came before them is stored. */
  holdsPongs?: boolean;
  /** What the closing frame says to who is not let in, where the wire has a word of its own for it. */
  refusal?: string;
  /** Takes over an authenticated socket; `match` is what `path` captured. */
  handle(socket: WebSocket, frames: Frames, ctx: Ctx, match: RegExpExecArray): void | Promise<void>;
};

/**
 * The websockets of the workspace API. A socket proves itself by an `Authorization` header on the upgrade, or, with
 * the subprotocol `prefect`, by its first message `{"type":"auth","token":…}`.
 */
@Injectable()
export class Sockets {
  private readonly doors: SocketDoor[] = [];
  /** Every connection that became a websocket, also those of GraphQL: the server would wait for them to end. */
  private readonly upgraded = new Set<Duplex>();
  private readonly server = new WebSocketServer({
    noServer: true,
    // A pong tells the client that everything before it is stored: the doors answer pings themselves.
    autoPong: false,
    maxPayload: 5 * 1024 * 1024,
    handleProtocols: (offered) => (offered.has('prefect') ? 'prefect' : false),
  });

  constructor(
    @Inject(Identity) private readonly identity: Identity,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  add(door: SocketDoor): void {
    this.doors.push(door);
  }

  listen(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      this.upgraded.add(socket);
      socket.once('close', () => this.upgraded.delete(socket));
      const address = parseAddress(request.url ?? '/');
      if (!address.path.startsWith('/api/')) return;
      this.upgrade(request, socket, head, address).catch((error: unknown) => {
        this.log.error({ err: error, url: request.url }, 'upgrade failed');
        refuse(socket, 503, 'Service Unavailable');
      });
    });
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: Address): Promise<void> {
    const path = address.path.split('?')[0]!.replace(/\/$/, '');
    const found = this.doors.map((door) => ({ door, match: door.path.exec(path) })).find((each) => each.match);
    if (!found) return refuse(socket, 404, 'Not Found');
    const key = apiKeyOf(request.headers.authorization);
    const speaksPrefect = /(^|,)\s*prefect\s*(,|$)/.test(request.headers['sec-websocket-protocol'] ?? '');
    if (!key && !speaksPrefect) return refuse(socket, 403, 'Forbidden');
    const early = key ? await this.enter(key, address, found.door.needs) : null;
    if (key && !early) return refuse(socket, 403, 'Forbidden');
    this.server.handleUpgrade(request, socket, head, (client) => {
      this.keepAlive(client);
      client.on('error', () => client.terminate());
      // The client pings before it says who it is, so even a door that holds pongs takes over only after the greeting.
      client.on('ping', pong);
      this.greet(client, early, speaksPrefect, address, found.door, found.match!).catch((error: unknown) => {
        this.log.warn({ err: error, path }, 'socket failed');
        client.close(1011, 'Internal error');
      });
    });
  }

  private async greet(
    client: WebSocket,
    early: Ctx | null,
    speaksPrefect: boolean,
    address: Address,
    door: SocketDoor,
    match: RegExpExecArray,
  ) {
    const frames = new Frames(client);
    let ctx = early;
    if (speaksPrefect) {
      const hello = (await frames.nextJson()) as { type?: unknown; token?: unknown } | null;
      if (hello?.type !== 'auth') return client.close(1008, door.refusal ?? "Expected 'auth' message");
      ctx ??=
        typeof hello.token === 'string' ? await this.enter(keyOfCredential(hello.token), address, door.needs) : null;
      if (!ctx) return client.close(1008, door.refusal ?? (hello.token ? wrongKey : noKey));
      client.send('{"type":"auth_success"}');
    }
    if (door.holdsPongs) client.off('ping', pong);
    return door.handle(client, frames, ctx!, match);
  }

  private async enter(key: string, address: Address, needs: Scope): Promise<Ctx | null> {
    const actor = await this.identity.byApiKey(key);
    if (!actor) return null;
    const access = isUuid(address.workspaceId)
      ? await this.identity.accessTo(actor, address.workspaceId, address.accountId)
      : await this.identity.homeOf(actor);
    if (!access?.scopes.has(needs)) return null;
    return { actor, workspaceId: access.workspaceId, scopes: access.scopes, requestId: newId(), log: this.log };
  }

  /** A peer that misses two pings in a row is gone. */
  private keepAlive(client: WebSocket): void {
    let missed = 0;
    const timer = setInterval(() => {
      if (missed++ >= 2) return client.terminate();
      client.ping();
    }, 20_000);
    client.on('pong', () => (missed = 0));
    client.on('close', () => clearInterval(timer));
  }

  /** Says goodbye to all; before the HTTP server closes, which would wait for them to end. */
  async close(): Promise<void> {
    for (const client of this.server.clients) client.close(1012, 'Service restart');
    this.server.close();
    await new Promise((resolve) => setTimeout(resolve, goodbyeMs));
    for (const socket of this.upgraded) socket.destroy();
  }
}

/** Time for the closing words to reach the other side. */
const goodbyeMs = 200;

// The client shows the reason to its user; 123 bytes are all that a closing frame carries.
const wrongKey = 'Unauthorized: the API key is not valid for this workspace.';
/** The client's server mode never sends PREFECT_API_KEY over a websocket, only this other setting. */
const noKey = 'Unauthorized: no API key. In server mode, set PREFECT_API_AUTH_STRING to your API key.';

function pong(this: WebSocket, data: Buffer): void {
  this.pong(data);
}

function refuse(socket: Duplex, status: number, text: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\ncontent-type: application/json\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  );
}
