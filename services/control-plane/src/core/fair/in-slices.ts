/** When all others who have something to do have had the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

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
