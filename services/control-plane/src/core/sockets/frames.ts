import { parseSent } from '../json/exact-json.js';
import { closing } from './closing.js';
import type { Peer } from './peer.js';

/** What may wait here before the peer is no longer read. */
const waitingMax = { frames: 64, bytes: 512 * 1024 };
/** What may be in work: so much, or one frame that is larger. */
const inWorkBytesMax = 2 * 1024 * 1024;

/** After signing in, a client says at once what it wants. */
export const firstWordMs = 30_000;

type Listener = (frame: string) => Promise<unknown> | void;

/**
 * The text frames of a peer in order, from the first on: nothing that comes early is lost. The peer is read only as far as
 * its frames are taken up. A ping is answered in its turn, when all that came before it is done.
 */
export class Frames {
  private readonly waiting: (string | Buffer)[] = [];
  private waitingBytes = 0;
  private asker: ((frame: string | null) => void) | null = null;
  private listener: Listener | null = null;
  private inWorkMax: () => number = () => Infinity;
  private readonly inWork = new Set<Promise<unknown>>();
  private inWorkBytes = 0;
  private held = false;

  constructor(private readonly peer: Peer) {
    const { client, gone } = peer;
    client.on('message', (data: Buffer) => this.take(data.toString()));
    client.on('ping', (data: Buffer) => this.take(data));
    gone.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** The next frame; null when the peer is gone first, or when nothing comes within the time. */
  next(withinMs: number | null = 10_000): Promise<string | null> {
    if (this.peer.gone.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      this.asker = (frame) => {
        clearTimeout(timer);
        this.asker = null;
        resolve(frame);
      };
      if (withinMs !== null) timer = setTimeout(() => this.asker?.(null), withinMs);
      this.flow();
    });
  }

  /** The next frame as JSON; null also when it is not JSON, or what no body may be. */
  async nextJson(withinMs: number | null = 10_000): Promise<unknown> {
    const frame = await this.next(withinMs);
    if (frame === null) return null;
    try {
      return parseSent(frame);
    } catch {
      return null;
    }
  }

  /**
   * Hands every frame over from now on, the waiting ones first. While as many are in work as may be, the peer is not read.
   * A frame that fails breaks the socket, so that the client sends again what it has no answer to.
   */
  each(inWorkMax: number | (() => number), listener: Listener): void {
    this.inWorkMax = typeof inWorkMax === 'number' ? () => inWorkMax : inWorkMax;
    this.listener = listener;
    this.flow();
  }

  /** For doors that only speak from now on: nothing that is sent to them is kept. */
  expectNoMore(): void {
    this.each(1, () => this.peer.end(closing.nothingExpected));
  }

  /** Nothing is handed over, and nothing read, until `goOn`. */
  wait(): void {
    this.held = true;
    this.flow();
  }

  goOn(): void {
    if (!this.held) return;
    this.held = false;
    this.flow();
  }

  private take(item: string | Buffer): void {
    if (this.peer.gone.aborted) return;
    this.waiting.push(item);
    this.waitingBytes += item.length;
    this.peer.takesInHand(item.length);
    this.flow();
  }

  private flow(): void {
    if (this.peer.isSentAway) this.forget();
    while (this.waiting.length > 0 && this.mayGoOn(this.waiting[0]!)) {
      const item = this.waiting.shift()!;
      this.waitingBytes -= item.length;
      if (typeof item === 'string' && !this.asker) this.work(item);
      else {
        this.peer.takesInHand(-item.length);
        if (typeof item === 'string') this.asker!(item);
        else this.answer(item);
      }
    }
    this.readInMeasure();
  }

  private mayGoOn(item: string | Buffer): boolean {
    if (this.held) return false;
    if (typeof item === 'string' && this.asker) return true;
    if (typeof item === 'string' && !this.listener) return false;
    return !this.isBusy;
  }

  private get isBusy(): boolean {
    return this.inWork.size >= this.inWorkMax() || this.inWorkBytes >= inWorkBytesMax;
  }

  private work(frame: string): void {
    const work = this.listener!(frame);
    if (!work) return this.peer.takesInHand(-frame.length);
    this.inWorkBytes += frame.length;
    this.begin(
      work.then(
        () => this.workedOn(frame),
        () => (this.workedOn(frame), this.peer.breakOff()),
      ),
    );
  }

  private workedOn(frame: string): void {
    this.inWorkBytes -= frame.length;
    this.peer.takesInHand(-frame.length);
  }

  private begin(work: Promise<unknown>): void {
    this.inWork.add(work);
    void work.then(() => {
      this.inWork.delete(work);
      this.flow();
    });
  }

  /** A client may take the pong as the word that everything before its ping is stored. */
  private answer(ping: Buffer): void {
    if (this.inWork.size === 0) this.peer.pong(ping);
    else this.begin(Promise.all(this.inWork).then(() => this.peer.pong(ping)));
  }

  private readInMeasure(): void {
    if (this.peer.gone.aborted) return;
    const { frames, bytes } = waitingMax;
    const enough = this.held || this.waiting.length >= frames || this.waitingBytes >= bytes;
    if (enough) return this.peer.wait();
    // Not at the first place that becomes free: reading on and stopping again costs more than some room.
    if (this.waiting.length <= frames / 4 && this.waitingBytes <= bytes / 4) this.peer.goOn();
  }

  /**
   * Who left with or without a goodbye takes what it sent for said, and so it is still handed over; who was sent away
   * comes back and sends it again. Of one whose right is in doubt it is not known whether it may say anything.
   */
  private stop(): void {
    this.asker?.(null);
    if (this.held || !this.listener) this.forget();
    this.flow();
  }

  private forget(): void {
    this.peer.takesInHand(-this.waitingBytes);
    this.waiting.length = 0;
    this.waitingBytes = 0;
  }
}
