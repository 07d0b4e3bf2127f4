import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { laterAnswer } from './later.js';

export type ConnectionLimits = {
  max: number;
  perAddressMax: number;
  /** Behind these addresses there are many clients. */
  isProxy(address: string): boolean;
  /** What all answers together may leave unread. */
  unreadBytesMax?: number;
};

/** So long a connection may leave what it was answered unread, in whole or in part. */
const unreadMsMax = 120_000;
const unreadBytesMax = 256 * 1024 * 1024;
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
  /** How far it had read when it last moved on, and when that was. */
  readBytes: number;
  readAt: number;
};

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
    if (state) state.busy += 1;
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
   * Lets go of those that leave their answers unread for too long, and, where all together leave too much, of those that
   * leave most. To be called now and then.
   */
  letGoOfDeaf(now = Date.now()): void {
    const waiting: { socket: Socket; bytes: number }[] = [];
    let unread = 0;
    for (const [socket, state] of this.open) {
      const bytes = socket.writableLength;
      // Most are like this, and how much was written to one is dear to ask.
      if (bytes === 0) {
        state.readAt = now;
        continue;
      }
      const readBytes = socket.bytesWritten - bytes;
      if (readBytes > state.readBytes) Object.assign(state, { readBytes, readAt: now });
      if (now - state.readAt > unreadMsMax) socket.destroy();
      else waiting.push({ socket, bytes });
      unread += bytes;
    }
    const most = this.limits.unreadBytesMax ?? unreadBytesMax;
    if (unread <= most) return;
    waiting.sort((one, other) => other.bytes - one.bytes);
    for (const { socket, bytes } of waiting) {
      if (unread <= most) break;
      socket.destroy();
      unread -= bytes;
    }
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
  readBytes: 0,
  readAt: Date.now(),
});

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
