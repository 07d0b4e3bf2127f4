import type { Live } from './live.js';

const waitingMax = 1_000;

/**
 * What subscriptions give out: for each payload of a topic, from now on, what `each` makes of it. Not an async
 * generator, because one that waits for its next payload cannot be stopped: this ends at once when the reader leaves.
 * For a slow reader the oldest payloads fall out.
 */
class LiveIterator<T, Out> implements AsyncIterableIterator<Out> {
  private readonly payloads: T[] = [];
  private readonly ready: Out[] = [];
  private ended = false;
  private wake: () => void = () => undefined;
  private readonly unsubscribe: () => void;

  constructor(
    live: Live,
    topic: string,
    private readonly each: (payload: T) => Promise<Out[]> | Out[],
  ) {
    this.unsubscribe = live.subscribe(topic, (payload) => {
      if (this.payloads.length >= waitingMax) this.payloads.shift();
      this.payloads.push(payload as T);
      this.wake();
    });
  }

  async next(): Promise<IteratorResult<Out, undefined>> {
    while (!this.ended) {
      if (this.ready.length > 0) return { done: false, value: this.ready.shift() as Out };
      const payload = this.payloads.shift();
      if (payload !== undefined) this.ready.push(...(await this.each(payload)));
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.ended = true;
    this.unsubscribe();
    this.wake();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** The payloads of a topic from now on. */
export const iterate = <T>(live: Live, topic: string): AsyncIterableIterator<T> =>
  new LiveIterator<T, T>(live, topic, (payload) => [payload]);

/** What `each` makes of the payloads of a topic, from now on. */
export const iterateEach = <T, Out>(
  live: Live,
  topic: string,
  each: (payload: T) => Promise<Out[]> | Out[],
): AsyncIterableIterator<Out> => new LiveIterator<T, Out>(live, topic, each);
