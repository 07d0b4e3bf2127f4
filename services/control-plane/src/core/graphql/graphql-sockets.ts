import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer, type Context, type Server } from 'graphql-ws';
import { Holder, Holders } from '../access/holders.js';
import { Identity } from '../access/identity.js';
import { actorOf } from '../access/credentials.js';
import { AppError } from '../errors/app-error.js';
import { Budgets } from '../fair/budgets.js';
import { Turns } from '../fair/turns.js';
import { stringifyExact } from '../json/exact-json.js';
import { boundPassedBy } from '../json/json-bounds.js';
import { LOGGER } from '../log/log.module.js';
import type { Logger } from '../log/logger.js';
import { closing } from '../sockets/closing.js';
import { Frames } from '../sockets/frames.js';
import type { Peer } from '../sockets/peer.js';
import type { Seat } from '../sockets/seats.js';
import { Upgrades } from '../sockets/upgrades.js';
import { refusal } from './admission.js';
import { GraphqlDoor } from './door.js';
import { Followings } from './followings.js';
import { count, limits } from './limits/limits.js';
import { messageText } from './shared-answers.js';
import { requestOfSocket, type SocketExtra } from './socket-request.js';
import { answerInTurn } from './socket-turns.js';

/** The longest document with its variables. */
const frameBytesMax = 100 * 1024;
/** As deep as a body may be: what is said of a ping is said back, and what is deeper cannot be written. */
const levelsMax = 200;
const tooDeep = { code: CloseCode.BadRequest, reason: 'Nested too deep' };
/** The credential or a right is gone: the client comes back, and learns what is left to it. */
const forbidden = { code: CloseCode.Forbidden, reason: 'Forbidden' };
/** Clients take the code that the protocol has for this as final, and a page would never hear anything again. */
const failed = { code: 1013, reason: 'Something failed here. Connect again.' };
/** The client does not come back by itself: somebody has to sign in first. */
const unauthorized = { code: CloseCode.Unauthorized, reason: 'Unauthorized' };

/** `party` is whose turns its operations take. */
type Extra = SocketExtra & { peer: Peer; seat: Seat; party: string };
type Socket = Context<Record<string, unknown> | undefined, Extra>;
/** What the server takes for a message that we have written. */
const written = 'null';

type Subscribe = Parameters<GraphqlDoor['onSubscribe']>[1];

/** GraphQL over a websocket, for subscriptions: only for who is signed in, and as long as every right that is in use lasts. */
@Injectable()
export class GraphqlSockets implements OnModuleInit {
  private server!: Server<Extra>;
  /** The message that is about to be sent. */
  private written = '';
  /** The sockets of each person. */
  private readonly open = new Map<string, Set<Socket>>();

  constructor(
    @Inject(Upgrades) private readonly upgrades: Upgrades,
    @Inject(GraphqlDoor) private readonly door: GraphqlDoor,
    @Inject(Identity) private readonly identity: Identity,
    @Inject(Holders) private readonly holders: Holders,
    @Inject(Turns) private readonly turns: Turns,
    @Inject(Budgets) private readonly budgets: Budgets,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    const followings = new Followings(this.turns);
    this.server = makeServer<Record<string, unknown>, Extra>({
      context: (socket) => ({ req: requestOfSocket(socket), party: socket.extra.party }),
      onSubscribe: (socket, _id, payload) => this.begin(socket as Socket, payload),
      jsonMessageReplacer: (key, message: unknown) => this.write(key, message),
      onConnect: (socket) => this.signIn(socket as Socket),
      onError: (socket, _id, _payload, [error]) => this.endWhatFailed(socket as Socket, error),
      execute: (args) => this.orError(answerInTurn(this.turns, partyOf(args), args)),
      subscribe: (args) => this.orError(followings.follow(partyOf(args), args)),
    });
    this.upgrades.add({
      path: /^\/graphql$/,
      protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
      frameBytesMax,
      receive: async ({ request, seat }) => {
        return (peer) => this.serve(peer, { request, peer, seat, holder: null, party: '' });
      },
    });
  }

  private serve(peer: Peer, extra: Extra): void {
    const closed = this.server.opened(
      {
        protocol: peer.protocol,
        send: async (text) => {
          peer.send(text === written ? this.written : text);
          await peer.drained();
        },
        close: (code = failed.code, reason = failed.reason) => peer.end({ code, reason }),
        onMessage: (take) => {
          new Frames(peer).each(Infinity, (text) => {
            if (boundPassedBy(text, { levels: levelsMax }) && !asksForOperation(text)) return peer.end(tooDeep);
            take(text).catch((error: unknown) => this.fail(peer, error));
          });
        },
      },
      extra,
    );
    peer.gone.addEventListener('abort', () => void closed(), { once: true });
  }

  /** What goes wrong before an operation has begun costs that operation alone, not the others of its socket. */
  private async orError<T>(beginning: Promise<T>): Promise<T | ExecutionResult> {
    try {
      return await beginning;
    } catch (error) {
      return { errors: [this.failed(error)] };
    }
  }

  private failed(error: unknown): GraphQLError {
    this.log.error({ err: error }, 'graphql operation failed');
    return refusal('Internal Server Error', undefined, 'internal');
  }

  private fail(peer: Peer, error: unknown): void {
    this.log.warn({ err: error }, 'graphql socket failed');
    peer.end(failed);
  }

  /**
   * A subscription whose news cannot be read, as while the database restarts: its reader comes back and asks anew. Told
   * of an error alone it would wait for ever, and what it listens with would stay.
   */
  private endWhatFailed({ extra }: Socket, error?: GraphQLError): void {
    if (error?.originalError) this.fail(extra.peer, error.originalError);
  }

  /** Messages are written by us, so that no number changes: the server writes each and sends it in one breath. */
  private write(key: string, message: unknown): unknown {
    if (key === '') this.written = messageText(message as Parameters<typeof messageText>[0], stringifyExact);
    return null;
  }

  /** True lets in. */
  private async signIn(socket: Socket): Promise<boolean> {
    const { peer, seat } = socket.extra;
    const actor = await actorOf(this.identity, requestOfSocket(socket));
    if (peer.gone.aborted) return false;
    if (actor?.kind !== 'user') return (peer.end(unauthorized), false);
    if (!seat.isOf(actor)) return (peer.end(closing.tooMany), false);
    const home = await this.identity.homeOf(actor);
    if (peer.gone.aborted) return false;
    socket.extra.party = home ? this.budgets.of(home) : actor.userId;
    peer.isKnown(socket.extra.party);
    socket.extra.holder = new Holder(actor, { end: () => peer.end(forbidden) });
    peer.gone.addEventListener('abort', this.holders.add(socket.extra.holder), { once: true });
    peer.gone.addEventListener('abort', this.keep(actor.userId, socket), { once: true });
    return true;
  }

  /** Answers how to let go of it. */
  private keep(userId: string, socket: Socket): () => void {
    const sockets = this.open.get(userId) ?? new Set();
    this.open.set(userId, sockets.add(socket));
    return () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.open.get(userId) === sockets) this.open.delete(userId);
    };
  }

  private begin(socket: Socket, payload: Subscribe): ReturnType<GraphqlDoor['onSubscribe']> {
    const { holder, party } = socket.extra;
    let held = 0;
    for (const { subscriptions } of this.open.get(holder?.actor.userId ?? '') ?? [])
      held += Object.keys(subscriptions).length;
    if (held > limits.operationsOfPerson)
      return [refusal(`A person may hold at most ${count(limits.operationsOfPerson)} operations on all sockets.`)];
    try {
      this.budgets.spend(party, 'requests', 1);
    } catch (error) {
      if (error instanceof AppError) return [refusal(error.message, undefined, error.kind)];
      throw error;
    }
    try {
      return this.door.onSubscribe(socket, payload);
    } catch (error) {
      return [this.failed(error)];
    }
  }
}

/** Of one that nests too deep, the variables are refused by themselves: its socket has others. */
function asksForOperation(text: string): boolean {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type === 'subscribe';
  } catch {
    return false;
  }
}

const partyOf = ({ contextValue }: ExecutionArgs): string => (contextValue as { party: string }).party;
