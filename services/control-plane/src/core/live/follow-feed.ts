import { ownerOf } from '../fair/owners.js';
import type { Told } from './broadcast.js';
import type { Feeds } from './feeds.js';
import { lookAgain } from './look-again.js';

/** What waits for a slow reader; who falls further behind has to look again. */
const waitingMax = { values: 500, bytes: 8 * 1024 * 1024 };
const togetherMax = 100;
/** The same for all readers of an owner, and for all there are: many may each wait for something else. */
const heldMax = { ofOwner: 64 * 1024 * 1024, all: 256 * 1024 * 1024 };
const held = { all: 0, of: new Map<string, number>() };

/**
 * What a feed of a workspace tells from now on and somebody wants, in batches; and `lookAgain` when something was missed.
 * Not an async generator, because one that waits for its next payload cannot be stopped.
 */
class FeedIterator<T> implements AsyncIterableIterator<T[] | typeof lookAgain> {
  private waiting: T[] = [];
  private bytes = 0;
  private readonly owner: string;
  private hasMissed = false;
  private over: { error?: unknown } | null = null;
  private wake: () => void = () => undefined;
  private stop: () => void = () => undefined;

  constructor(
    private readonly feed: Feeds<T>,
    private readonly workspaceId: string,
    private readonly wants: (value: T) => boolean,
  ) {
    this.owner = ownerOf(workspaceId);
    this.listen();
  }

  async next(): Promise<IteratorResult<T[] | typeof lookAgain, undefined>> {
    while (!this.over) {
      if (this.hasMissed) {
        this.hasMissed = false;
        return { done: false, value: lookAgain };
      }
      if (this.waiting.length > 0) return { done: false, value: this.takeSome() };
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if ('error' in this.over) throw this.over.error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<T[], undefined>> {
    this.end({});
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private listen(): void {
    this.stop = this.feed.listen(this.workspaceId, {
      take: (told) => this.take(told),
      lose: () => {
        this.miss();
        this.stop();
        this.listen();
      },
    });
  }

  private take({ value, size }: Told<T>): void {
    try {
      if (!this.wants(value)) return;
    } catch (error) {
      return this.end({ error });
    }
    this.hold(size);
    this.waiting.push(value);
    if (this.waiting.length > waitingMax.values || this.bytes > waitingMax.bytes || this.isCrowded) this.miss();
    this.wake();
  }

  private miss(): void {
    this.letGo();
    this.hasMissed = true;
    this.wake();
  }

  private takeSome(): T[] {
    const some = this.waiting.splice(0, togetherMax);
    if (this.waiting.length === 0) this.letGo();
    return some;
  }

  private letGo(): void {
    this.waiting = [];
    this.hold(-this.bytes);
  }

  private hold(bytes: number): void {
    this.bytes += bytes;
    held.all += bytes;
    const ofOwner = (held.of.get(this.owner) ?? 0) + bytes;
    if (ofOwner > 0) held.of.set(this.owner, ofOwner);
    else held.of.delete(this.owner);
  }

  private get isCrowded(): boolean {
    return held.all > heldMax.all || (held.of.get(this.owner) ?? 0) > heldMax.ofOwner;
  }

  private end(over: { error?: unknown }): void {
    this.over ??= over;
    this.stop();
    this.letGo();
    this.wake();
  }
}

/** `wants` may throw: then the stream ends with that. */
export const followFeed = <T>(
  feed: Feeds<T>,
  { workspaceId }: { workspaceId: string },
  wants: (value: T) => boolean,
): AsyncIterableIterator<T[] | typeof lookAgain> => new FeedIterator(feed, workspaceId, wants);
