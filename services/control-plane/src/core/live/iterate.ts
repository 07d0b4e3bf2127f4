import type { Ctx } from '../access/ctx.js';
import type { Live } from './live.js';
import { lookAgain, lookAgainId } from './look-again.js';

/** Ids that wait for a slow reader; beyond, the oldest fall out, and the reader has to look again. */
const waitingMax = 10_000;
const togetherMax = 50;

/** `again`: the thing of this id is told of, as if news of it had come. */
export type LiveStream<Out> = AsyncIterableIterator<Out | typeof lookAgain> & { again(id: string): void };

/**
 * What subscriptions give out: for each thing that the payloads of a topic name, from now on, what `load` makes of it. Not an
 * async generator, because one that waits for its next payload cannot be stopped: this ends at once when the reader leaves.
 * Of payloads only the ids are kept, each once: a slow reader gets what the thing has become, and holds little. What was
 * not heard of is told by `lookAgain`.
 */
class LiveIterator<T, Out> implements LiveStream<Out> {
  private readonly waiting = new Set<string>();
  private readonly ready: Out[] = [];
  private hasMissed = false;
  private ended = false;
  private wake: () => void = () => undefined;
  private readonly stops: (() => void)[];

  constructor(
    live: Live,
    topic: string,
    idsOf: (payload: T) => Iterable<string>,
    private readonly load: (ids: string[]) => Promise<Out[]>,
    readonly audience: string,
  ) {
    this.stops = [
      live.subscribe(topic, (payload) => {
        for (const id of idsOf(payload as T)) this.again(id);
      }),
      live.onGap(() => this.again(lookAgainId)),
    ];
  }

  async next(): Promise<IteratorResult<Out | typeof lookAgain, undefined>> {
    while (!this.ended) {
      if (this.hasMissed) {
        this.hasMissed = false;
        return { done: false, value: lookAgain };
      }
      if (this.ready.length > 0) return { done: false, value: this.ready.shift() as Out };
      if (this.waiting.size > 0) this.ready.push(...(await this.load(this.takeSome())));
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Out, undefined>> {
    this.ended = true;
    for (const stop of this.stops) stop();
    this.wake();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The thing of this id is looked at, as if news of it had come. */
  again(id: string): void {
    const isFull = this.waiting.size >= waitingMax && !this.waiting.has(id);
    if (id === lookAgainId || isFull) this.hasMissed = true;
    if (id !== lookAgainId) {
      if (isFull) this.waiting.delete(this.waiting.values().next().value!);
      this.waiting.add(id);
    }
    this.wake();
  }

  /** What waits to be looked at. */
  *heard(): Generator<string> {
    if (this.hasMissed) yield lookAgainId;
    yield* this.waiting;
  }

  private takeSome(): string[] {
    const ids: string[] = [];
    for (const id of this.waiting) {
      if (ids.length >= togetherMax) break;
      ids.push(id);
    }
    for (const id of ids) this.waiting.delete(id);
    return ids;
  }
}

/**
 * The things that the payloads of a topic name, from now on, as `load` finds them for who asks: it has an id, or is one;
 * and `lookAgain` when news may have been missed.
 * Callers with the same scopes in the same workspace are one audience, who may be told the same.
 */
export const iterateEach = <T, Out extends string | { id: string }>(
  live: Live,
  { workspaceId, scopes }: Pick<Ctx, 'workspaceId' | 'scopes'>,
  topic: string,
  idsOf: (payload: T) => Iterable<string>,
  load: (ids: string[]) => Promise<Out[]>,
): LiveStream<Out> =>
  new LiveIterator<T, Out>(live, topic, idsOf, load, [workspaceId, ...[...scopes].sort()].join(' '));
