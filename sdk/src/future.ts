import type { State } from './states.js';

/**
 * A task run that was submitted. Hand it to another task as an argument, and that task waits for it.
 *
 * @example
 * const page = fetchPage.submit(url);
 * const words = count.submit(page);
 * console.log(await words.result());
 */
export class Future<T> {
  private latest: State<T>;

  constructor(
    readonly taskRunId: string,
    readonly name: string,
    pending: State<T>,
    private readonly ended: Promise<State<T>>,
  ) {
    this.latest = pending;
  }

  /** The state in which the run is now. */
  get state(): State<T> {
    return this.latest;
  }

  /** Waits for the end of the run, however it ends. */
  wait(): Promise<State<T>> {
    return this.ended;
  }

  /** What the task returned. Rejects with what it threw. */
  async result(): Promise<T> {
    return (await this.ended).result();
  }

  /** For the engine. */
  moved(state: State<T>): void {
    this.latest = state;
  }
}

/** The states in which the runs ended, failures included, in the order of the futures. */
export const wait = <T>(futures: Iterable<Future<T>>): Promise<State<T>[]> =>
  Promise.all([...futures].map((future) => future.wait()));

/** Marks an argument of `map` that every call gets whole. */
export class Unmapped<T> {
  constructor(readonly value: T) {}
}

/**
 * An argument that `map` hands to every call as it is.
 *
 * @example
 * download.map(urls, unmapped({ timeout: 10 }));
 */
export const unmapped = <T>(value: T): Unmapped<T> => new Unmapped(value);
