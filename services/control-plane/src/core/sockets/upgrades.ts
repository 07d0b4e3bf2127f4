import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '@headgate/contracts';
import { WebSocketServer } from 'ws';
import { Config } from '../config/config.js';
import { proxyTrust } from '../config/trusted-proxies.js';
import { Turns } from '../fair/turns.js';
import { Metrics } from '../health/metrics.js';
import { parseAddress, type Address } from '../http/address.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { callerAddress } from './caller-address.js';
import { closing } from './closing.js';
import { Intake } from './intake.js';
import { Peer } from './peer.js';
import { noDoor, noSeat, refusalOf, refuse, refuseInTime, type Refusal } from './refusals.js';
import { Seats, type Seat } from './seats.js';

/** Somebody who asks for a websocket. */
export type Visit = { request: IncomingMessage; address: Address; match: RegExpExecArray; seat: Seat };
/** Why not, or who takes the socket over once it is open. */
export type Reception = Refusal | ((peer: Peer) => void | Promise<void>);
export type UpgradeDoor = {
  path: RegExp;
  /** The subprotocol that is agreed on with who offers it. */
  protocol: string;
  frameBytesMax: number;
  receive(visit: Visit): Promise<Reception>;
};

type FoundDoor = { door: UpgradeDoor; server: WebSocketServer; match: RegExpExecArray };
type Wish = FoundDoor & {
  request: IncomingMessage;
  connection: Socket;
  head: Buffer;
  address: Address;
  caller: string;
};

const lookEveryMs = 500;
/** Time for the closing words to reach the other side. */
const goodbyeMs = 200;

/** Where connections become websockets: known paths only, seats for a limited number, and memory for what they leave lying. */
@Injectable()
export class Upgrades {
  private readonly doors: { door: UpgradeDoor; server: WebSocketServer }[] = [];
  private readonly connections = new Set<Socket>();
  private readonly peers = new Set<Peer>();
  private readonly seats: Seats;
  private readonly intake: Intake;
  private readonly isProxy: ReturnType<typeof proxyTrust>;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Config) private readonly config: Config,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Turns) private readonly turns: Turns,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.seats = new Seats(config.sockets);
    this.intake = new Intake(turns);
    this.isProxy = proxyTrust(config.http.trustedProxies);
  }

  add(door: UpgradeDoor): void {
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // A ping is answered in its turn.
      autoPong: false,
      maxPayload: door.frameBytesMax,
      handleProtocols: (offered) => (offered.has(door.protocol) ? door.protocol : false),
    });
    this.doors.push({ door, server });
  }

  listen(server: Server): void {
    this.watch = setInterval(() => this.freeMemory(), lookEveryMs).unref();
    server.on('upgrade', (request, stream, head) => {
      const connection = stream as Socket;
      this.connections.add(connection);
      connection.once('close', () => this.connections.delete(connection));
      connection.on('error', () => connection.destroy());
      this.upgrade(request, connection, head).catch((error: unknown) => {
        const refusal = refusalOf(error);
        if (!refusal) this.log.error({ err: error, url: request.url?.slice(0, 500) }, 'upgrade failed');
        refuse(connection, refusal);
      });
    });
  }

  private async upgrade(request: IncomingMessage, connection: Socket, head: Buffer): Promise<void> {
    const address = parseAddress(request.url ?? '/');
    const found = this.doorAt(address);
    if (!found) return refuse(connection, noDoor);
    const caller = callerAddress(request, this.isProxy);
    // A refusal is work too, and who is refused is likely to come again at once.
    await this.turns.during('handshakes', caller, async () => {
      if (!connection.destroyed) await this.admit({ request, connection, head, address, caller, ...found });
    });
  }

  private async admit({ request, connection, head, address, caller, door, server, match }: Wish): Promise<void> {
    const seat = this.seats.forUnknown(caller);
    if (!seat) return refuseInTime(connection, noSeat);
    connection.once('close', () => seat.giveBack());
    const reception = await door.receive({ request, address, match, seat });
    if (typeof reception !== 'function') return refuseInTime(connection, reception);
    server.handleUpgrade(request, connection, head, (client) => {
      const { pingSeconds } = this.config.sockets;
      const peer = new Peer(client, connection, request, pingSeconds, (each) => this.intake.offer(each));
      this.enter(peer);
      Promise.resolve(reception(peer)).catch((error: unknown) => {
        this.log.warn({ err: error, path: address.path.slice(0, 500) }, 'socket failed');
        peer.end(closing.failed);
      });
    });
  }

  private doorAt({ path, accountId, workspaceId }: Address): FoundDoor | null {
    // An address that names no workspace must not mean another one.
    if (workspaceId !== null && !(isUuid(workspaceId) && isUuid(accountId))) return null;
    const place = path.split('?')[0]!.replace(/\/$/, '');
    for (const each of this.doors) {
      const match = each.door.path.exec(place);
      if (match) return { ...each, match };
    }
    return null;
  }

  private enter(peer: Peer): void {
    this.peers.add(peer);
    this.metrics.sockets.inc();
    peer.client.once('close', () => {
      if (peer.isDone) this.peers.delete(peer);
      this.metrics.sockets.dec();
    });
  }

  /** When all together hold too much, those that hold most have to go. Who has left is counted until it is done with. */
  private freeMemory(): void {
    const { heldBytesMax } = this.config.sockets;
    let held = 0;
    for (const peer of this.peers) {
      if (peer.isDone && peer.client.readyState === peer.client.CLOSED) this.peers.delete(peer);
      held += peer.heldBytes;
    }
    if (held <= heldBytesMax) return;
    const all = [...this.peers].map((peer) => ({ peer, bytes: peer.heldBytes }));
    all.sort((a, b) => b.bytes - a.bytes);
    for (const { peer, bytes } of all) {
      if (held <= heldBytesMax) break;
      peer.end(closing.outOfMemory);
      held -= bytes;
    }
    this.log.warn({ held }, 'sockets held too much');
  }

  /** Says goodbye to all; before the HTTP server closes, which would wait for them to end. */
  async close(): Promise<void> {
    clearInterval(this.watch);
    for (const peer of this.peers) peer.end(closing.restart);
    if (this.connections.size > 0) await new Promise((resolve) => setTimeout(resolve, goodbyeMs));
    for (const connection of this.connections) connection.destroy();
  }
}
