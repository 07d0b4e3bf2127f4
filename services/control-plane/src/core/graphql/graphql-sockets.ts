import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Server } from 'graphql-ws';
import { Holder, Holders } from '../access/holders.js';
import { Identity } from '../access/identity.js';
import { actorOf } from '../access/credentials.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { closing } from '../sockets/closing.js';
import { Frames } from '../sockets/frames.js';
import type { Peer } from '../sockets/peer.js';
import type { Seat } from '../sockets/seats.js';
import { Upgrades } from '../sockets/upgrades.js';
import { GraphqlDoor } from './door.js';
import { requestOfSocket, type SocketExtra } from './socket-request.js';

/** The longest document with its variables. */
const frameBytesMax = 100 * 1024;
/** The credential or a right is gone: the client comes back, and learns what is left to it. */
const forbidden = { code: CloseCode.Forbidden, reason: 'Forbidden' };
/** The client does not come back by itself: somebody has to sign in first. */
const unauthorized = { code: CloseCode.Unauthorized, reason: 'Unauthorized' };

type Extra = SocketExtra & { peer: Peer; seat: Seat };

/** GraphQL over a websocket, for subscriptions: only for who is signed in, and as long as every right that is in use lasts. */
@Injectable()
export class GraphqlSockets implements OnModuleInit {
  private server!: Server<Extra>;

  constructor(
    @Inject(Upgrades) private readonly upgrades: Upgrades,
    @Inject(GraphqlDoor) private readonly door: GraphqlDoor,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(Holders) private readonly holders: Holders,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.server = makeServer<Record<string, unknown>, Extra>({
      context: (socket) => ({ req: requestOfSocket(socket) }),
      onSubscribe: (socket, _id, payload) => this.door.onSubscribe(socket, payload),
      onConnect: ({ extra, connectionParams }) => this.signIn(extra, connectionParams),
    });
    this.upgrades.add({
      path: /^\/graphql$/,
      protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
      frameBytesMax,
      receive: async ({ request, seat }) => {
        return (peer) => this.open(peer, { request, peer, seat, holder: null });
      },
    });
  }

  private open(peer: Peer, extra: Extra): void {
    const closed = this.server.opened(
      {
        protocol: peer.protocol,
        send: async (text) => {
          peer.send(text);
          await peer.drained();
        },
        close: (code = CloseCode.InternalServerError, reason = '') => peer.end({ code, reason }),
        onMessage: (take) => {
          new Frames(peer).each(Infinity, (text) => {
            take(text).catch((error: unknown) => {
              this.log.warn({ err: error }, 'graphql socket failed');
              peer.end({ code: CloseCode.InternalServerError, reason: 'Internal Server Error' });
            });
          });
        },
      },
      extra,
    );
    peer.gone.addEventListener('abort', () => void closed(), { once: true });
  }

  /** True lets in. */
  private async signIn(extra: Extra, connectionParams: Record<string, unknown> | undefined): Promise<boolean> {
    const { peer, seat } = extra;
    const actor = await actorOf(this.identity, requestOfSocket({ extra, connectionParams }));
    if (peer.gone.aborted) return false;
    if (actor?.kind !== 'user') return (peer.end(unauthorized), false);
    if (!seat.isOf(actor)) return (peer.end(closing.tooMany), false);
    peer.isKnown();
    extra.holder = new Holder(actor, { end: () => peer.end(forbidden) });
    peer.gone.addEventListener('abort', this.holders.add(extra.holder), { once: true });
    return true;
  }
}
