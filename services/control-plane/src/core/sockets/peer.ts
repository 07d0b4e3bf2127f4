import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { anybody } from '../fair/gate.js';
import { closing } from './closing.js';
import type { Source } from './intake.js';

/** All that may come before it is known who is there, headers aside. */
const bytesBeforeSignInMax = 16 * 1024;
/** Behind a greeting that has come there may be more already: what it says next, and no more is read until it is known. */
const bytesWithGreetingMax = 512 * 1024;
const signInMs = 10_000;
/** What a peer may leave unread before it loses its socket. */
const unreadBytesMax = 4 * 1024 * 1024;
const behindBytesMin = unreadBytesMax / 16;
/** Time for the closing words to reach the other side, and its own to come back. */
const goodbyeMs = 1_000;
/** What is read from a peer that goes on talking after the goodbye; its own closing words are in it. */
const afterGoodbyeBytesMax = 64 * 1024;
/** All that a closing frame carries, less what a character that is cut may grow by. */
const reasonBytesMax = 120;
const controlHeaderBytes = 6;

/** The other side of one websocket: it is read in measure, written to while it reads, and gone when it should be. */
export class Peer implements Source {
  /** Aborted as soon as nothing more is said to it or read from it, which is before the connection has closed. */
  readonly gone: AbortSignal;
  private readonly going = new AbortController();
  /** Whether it was sent away: then nothing counts of what it has said. Of one that left by itself all does. */
  private sentAway = false;
  /** Bytes of the connection that belong to complete frames. */
  private readWhole: number;
  /** Bytes of frames that have come and are not done with. */
  private inHand = 0;
  private stopAwaitingSignIn: () => void;
  private greeted = false;
  private waits = false;
  /** Whose turns it takes: those of all strangers, until it is known who it is. */
  party = anybody;

  constructor(
    readonly client: WebSocket,
    private readonly connection: Socket,
    readonly request: IncomingMessage,
    pingSeconds: number,
    /** There is something to be read. */
    private readonly offer: (peer: Peer) => void,
  ) {
    this.gone = this.going.signal;
    this.readWhole = connection.bytesRead;
    client.on('error', () => client.terminate());
    // With a listener of this kind a stream hands out only what is taken from it, also to the listeners of its data.
    connection.on('readable', this.isReadable);
    client.on('message', () => (this.readWhole = connection.bytesRead - connection.readableLength));
    // These may stand between the parts of a message.
    const control = (data: Buffer) => (this.readWhole += controlHeaderBytes + data.length);
    client.on('ping', control).on('pong', control);
    client.once('close', () => this.leave());
    this.stopAwaitingSignIn = this.awaitSignIn();
    this.watchPulse(pingSeconds * 1000);
  }

  get protocol(): string {
    return this.client.protocol;
  }

  /** It has said who it is, and is not read until that is found out. */
  hasGreeted(): void {
    this.greeted = true;
  }

  /** It is known who it is: more may come than a greeting. */
  isKnown(party: string): void {
    this.party = party;
    this.stopAwaitingSignIn();
  }

  /** What it says stays in its connection, until it may go on. */
  wait(): void {
    this.waits = true;
  }

  goOn(): void {
    if (!this.waits) return;
    this.waits = false;
    this.isReadable();
  }

  readSome(bytesMax: number): boolean {
    const { connection } = this;
    if (this.waits || this.sentAway) return false;
    // Of one that has ended there is nothing, which is then said.
    connection.read(Math.min(bytesMax, connection.readableLength) || undefined);
    return connection.readableLength > 0;
  }

  private readonly isReadable = (): void => {
    if (!this.waits) this.offer(this);
  };

  /**
   * A peer that does not read what it is sent comes back and asks for what it missed. What counts is what it had left
   * before: one message may be larger than all that.
   */
  send(text: string): void {
    if (this.gone.aborted) return;
    if (this.client.bufferedAmount > unreadBytesMax) return this.end(closing.tooSlow);
    this.client.send(text);
  }

  /** One message, the middle of which is shared with what others are sent: it is not copied. */
  sendAround(before: string, shared: Buffer, after: string): void {
    if (this.gone.aborted) return;
    if (this.client.bufferedAmount > unreadBytesMax) return this.end(closing.tooSlow);
    this.client.send(before, { fin: false });
    this.client.send(shared, { binary: false, fin: false });
    this.client.send(after, { fin: true });
  }

  /** Whether most of what was sent has still to be read. */
  get isBehind(): boolean {
    return this.client.bufferedAmount > behindBytesMin;
  }

  pong(data: Buffer): void {
    if (this.gone.aborted) return;
    this.client.pong(data);
    if (this.client.bufferedAmount > unreadBytesMax) this.end(closing.tooSlow);
  }

  /** Answers when most of what was sent has been read, or the peer is gone. */
  async drained(): Promise<void> {
    while (!this.gone.aborted && this.isBehind)
      await once(this.connection, 'drain', { signal: this.gone }).catch(() => undefined);
  }

  /** A frame of so many bytes is to be worked on; a negative number when it is done. */
  takesInHand(bytes: number): void {
    this.inHand += bytes;
  }

  get isSentAway(): boolean {
    return this.sentAway;
  }

  /** It is not there any more, and all that it said is done with. */
  get isDone(): boolean {
    return this.gone.aborted && (this.sentAway || this.inHand <= 0);
  }

  /** Bytes that this process keeps for it: not read by it, not done with, or the beginning of a frame that is not complete. */
  get heldBytes(): number {
    if (this.gone.aborted) return this.inHand;
    return this.client.bufferedAmount + this.inHand + Math.max(0, this.connection.bytesRead - this.readWhole);
  }

  /** Says why, and hangs up. What it still says is dropped; one that does not hang up itself is cut off. */
  end({ code, reason }: { code: number; reason: string }): void {
    this.sentAway = true;
    if (this.gone.aborted) return;
    this.leave();
    const { client, connection } = this;
    client.removeAllListeners('message').removeAllListeners('ping');
    client.close(code, Buffer.from(reason).subarray(0, reasonBytesMax));
    connection.off('readable', this.isReadable);
    const heard = connection.bytesRead;
    connection.on('data', () => connection.bytesRead - heard > afterGoodbyeBytesMax && client.pause());
    const timer = setTimeout(() => client.terminate(), goodbyeMs);
    client.once('close', () => clearTimeout(timer));
  }

  /** Hangs up without a word: for a client that has to take it for a broken line, and sends again. */
  breakOff(): void {
    this.sentAway = true;
    this.leave();
    this.client.terminate();
  }

  private leave(): void {
    this.stopAwaitingSignIn();
    this.going.abort();
  }

  private awaitSignIn(): () => void {
    const { client, connection } = this;
    let [bytes, isOver] = [0, false];
    const refuse = () => this.end(closing.tooMuch);
    const weigh = (greeting: Buffer) => void (greeting.length > bytesBeforeSignInMax && refuse());
    const count = (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > bytesWithGreetingMax) refuse();
      // A greeting that is whole is heard in the turn that follows.
      else if (bytes > bytesBeforeSignInMax) setImmediate(() => this.greeted || isOver || refuse());
    };
    const timer = setTimeout(() => this.end(closing.tooLate), signInMs);
    client.once('message', weigh);
    connection.on('data', count);
    return () => {
      isOver = true;
      clearTimeout(timer);
      client.off('message', weigh);
      connection.off('data', count);
    };
  }

  /** One ping goes unanswered, and nothing else comes meanwhile: nobody is there. */
  private watchPulse(everyMs: number): void {
    const { client, connection } = this;
    let heard = -1;
    const timer = setInterval(() => {
      // Of one that is made to wait nothing is read, so nothing can be said about it.
      if (!this.waits && connection.readableLength === 0 && connection.bytesRead === heard) return client.terminate();
      heard = connection.bytesRead;
      if (client.readyState === client.OPEN) client.ping();
    }, everyMs);
    client.once('close', () => clearInterval(timer));
  }
}
