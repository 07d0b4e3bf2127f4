import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { laterAnswer } from './later.js';
import { readerAt } from './readers.js';

export type ConnectionLimits = {
  max: number;
  perAddressMax: number;
  /** Behind these addresses there are many clients. */
  isProxy(address: string): boolean;
  /** What all answers together may leave unread, and those to one account. */
  unreadBytesMax?: number;
  ownerUnreadBytesMax?: number;
};

/**
 * How much of an answer has to be read in a span of time: so much, or half of what there is. Of what is no longer HTTP
 * anything will do: websockets have bounds of their own.
 */
const pace = { bytes: 1024 * 1024, ms: 120_000 };
/** Of text: in memory it is twice that, with what it was made of, and half as much again while it goes. */
const unreadBytesMax = 128 * 1024 * 1024;
/** Of one account. */
const ownerUnreadBytesMax = 64 * 1024 * 1024;
/** Who has only begun to read is taken for somebody who reads as fast as this. */
const first = { bytes: 1024 * 1024, ms: 1_000 };
/**
 * Requests that may follow one that is not answered yet. Clients that send more ahead are told with the last of these that
 * the connection ends, and send again what stays unanswered.
 */
const waitingMax = 16;

const turnedAway = laterAnswer({ detail: 'Too many connections.' });

type State = {
  address: string;
  busy: number;
  /** Requests that came before the one ahead of them was answered. */
  waiting: (() => void)[];
  /** The answer to the last of them; nothing that came after it is answered once the connection is to end. */
  last: ServerResponse | null;
  isEnding: boolean;
  whenIdle: (() => void) | null;
  isHeld: boolean;
  /** Since when there is something to read, how far it had read then, and how much was left. */
  span: { since: number; readBytes: number; unread: number } | null;
};

/** A connection that leaves something unread, and how long it will be until it has read all, at the pace that it has. */
type Unread = { socket: Socket; owner: string | null; bytes: number; msLeft: number };

/**
 * The open connections, oldest first. Where there are too many, one that waits for a request makes room; a connection
 * that never finishes asking is one of those.
 */
export class Connections {
  private readonly open = new Map<Socket, State>();
  private readonly perAddress = new Map<string, number>();

  constructor(private readonly limits: ConnectionLimits) {}

  /** Whether the connection may stay. */
  admit(socket: Socket): boolean {
    const { remoteAddress = '' } = socket;
    const address = householdOf(remoteAddress);
    const isCrowded =
      (this.perAddress.get(address) ?? 0) >= this.limits.perAddressMax && !this.limits.isProxy(remoteAddress);
    const mayStay = (!isCrowded || this.makeRoom(address)) && (this.open.size < this.limits.max || this.makeRoom(null));
    if (!mayStay) {
      socket.on('error', () => socket.destroy());
      socket.end(turnedAway, () => socket.destroy());
      return false;
    }
    this.open.set(socket, newState(address));
    this.perAddress.set(address, (this.perAddress.get(address) ?? 0) + 1);
    socket.once('close', () => this.leave(socket));
    return true;
  }

  /**
   * Until the answer is out, the connection is not idle, and the request that follows on it waits: answers out of turn
   * would lie in memory where nobody counts them.
   */
  work({ socket }: IncomingMessage, answer: ServerResponse, handle: () => void): void {
    const state = this.open.get(socket);
    if (!state) return handle();
    if (state.isEnding) return;
    if (state.waiting.length >= waitingMax) return endAfterLast(socket, state);
    state.last = answer;
    state.busy += 1;
    answer.once('close', () => {
      state.busy -= 1;
      // After an answer that ended the connection nobody hears another.
      if (!socket.writable) return;
      state.waiting.shift()?.();
      if (state.busy === 0) state.whenIdle?.();
    });
    if (state.busy === 1) handle();
    else state.waiting.push(handle);
  }

  /** A connection that is no longer HTTP is not ours to close. */
  hold(socket: Socket): void {
    const state = this.open.get(socket);
    if (state) Object.assign(state, { busy: state.busy + 1, isHeld: true });
  }

  /** Requests may follow each other before the first is answered. */
  whenIdle(socket: Socket, then: () => void): void {
    const state = this.open.get(socket);
    if (!state || state.busy === 0) return then();
    state.whenIdle = () => {
      state.whenIdle = null;
      then();
    };
  }

  /**
   * Lets go of those that read their answers too slowly, and, where too much is left unread of one account, or of all
   * together, of those that would take longest to be through. To be called now and then.
   */
  letGoOfDeaf(now = Date.now()): void {
    const unread: Unread[] = [];
    for (const [socket, state] of this.open) {
      const reader = readerAt(socket);
      const bytes = socket.writableLength + (reader?.heldBytes() ?? 0);
      // Most are like this, and how much was written to one is dear to ask.
      if (bytes === 0) {
        state.span = null;
        continue;
      }
      const readBytes = socket.bytesWritten - socket.writableLength;
      const span = (state.span ??= { since: now, readBytes, unread: bytes });
      const [read, ms] = [readBytes - span.readBytes, now - span.since];
      const least = state.isHeld ? 1 : Math.min(pace.bytes, span.unread / 2);
      if (ms > pace.ms && read < least) {
        socket.destroy();
        continue;
      }
      unread.push({
        socket,
        owner: reader?.owner ?? null,
        bytes,
        msLeft: (bytes * (ms + first.ms)) / (read + first.bytes),
      });
      if (ms > pace.ms) state.span = { since: now, readBytes, unread: bytes };
    }
    const { unreadBytesMax: most = unreadBytesMax, ownerUnreadBytesMax: mostOfOwner = ownerUnreadBytesMax } =
      this.limits;
    for (const ofOwner of byOwner(unread)) keepWithin(ofOwner, mostOfOwner);
    keepWithin(
      unread.filter(({ socket }) => !socket.destroyed),
      most,
    );
  }

  private makeRoom(address: string | null): boolean {
    for (const [socket, state] of this.open) {
      if (state.busy > 0 || (address !== null && state.address !== address)) continue;
      this.leave(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  private leave(socket: Socket): void {
    const state = this.open.get(socket);
    if (!state) return;
    this.open.delete(socket);
    const left = this.perAddress.get(state.address)! - 1;
    if (left > 0) this.perAddress.set(state.address, left);
    else this.perAddress.delete(state.address);
  }
}

const newState = (address: string): State => ({
  address,
  busy: 0,
  waiting: [],
  last: null,
  isEnding: false,
  whenIdle: null,
  isHeld: false,
  span: null,
});

const sumOf = (unread: Unread[]): number => unread.reduce((sum, { bytes }) => sum + bytes, 0);

function* byOwner(unread: Unread[]): Generator<Unread[]> {
  const owners = new Map<string, Unread[]>();
  for (const each of unread) {
    if (each.owner === null) continue;
    const known = owners.get(each.owner);
    if (known) known.push(each);
    else owners.set(each.owner, [each]);
  }
  yield* owners.values();
}

/** Who reads stays, however much there is to read; who reads nothing goes first. */
function keepWithin(unread: Unread[], bytesMax: number): void {
  let left = sumOf(unread);
  if (left <= bytesMax) return;
  for (const { socket, bytes } of unread.toSorted((one, other) => other.msLeft - one.msLeft)) {
    socket.destroy();
    left -= bytes;
    if (left <= bytesMax) return;
  }
}

/** What waits is answered, in order, and nothing more is read: not even the rest of this turn's. */
function endAfterLast(socket: Socket, state: State): void {
  state.isEnding = true;
  state.last!.shouldKeepAlive = false;
  // After the piece that is being parsed: each request in it says that reading goes on.
  process.nextTick(() => socket.pause());
}

/** Of IPv6 a household has a network of 64 bits to choose addresses from. */
export function householdOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [front = '', back] = address.split('::');
  const groups = front.split(':').filter((group) => group !== '');
  const behind = back?.split(':').filter((group) => group !== '') ?? [];
  while (groups.length + behind.length < 8) groups.push('0');
  return [...groups, ...behind].slice(0, 4).join(':');
}
