/** Those who have more to do and wait for the event loop, in the order in which they came. */
const waiting: (() => void)[] = [];

function goOn(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(goOn);
}

/**
 * When all others who have something to do have had the event loop. Of many who wait here one goes on in each of its turns:
 * the pieces of a hundred large requests do not add up to one long turn, and what is small passes between them.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(goOn);
  });

/** Long work, a slice at a time: between two slices the others have the event loop. */
export async function inSlices<T, R>(
  items: readonly T[],
  size: number,
  work: (slice: T[]) => R | Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += size) {
    if (at > 0) await nextTurn();
    results.push(await work(items.slice(at, at + size)));
  }
  return results;
}

const pieceMs = 2;

/** The same of items that tenants wrote, of which nobody knows how large they are: a slice ends by the clock. */
export async function oneByOne<T, R>(items: Iterable<T>, work: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  let until = performance.now() + pieceMs;
  for (const item of items) {
    results.push(work(item));
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + pieceMs;
  }
  return results;
}
