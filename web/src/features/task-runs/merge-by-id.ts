/** Replaces known items in place and puts new ones at the end; of several with one id the last wins. */
export function mergeById<T extends { id: string }>(items: readonly T[], changed: readonly T[]): T[] {
  const latest = new Map(changed.map((item) => [item.id, item]));
  const merged = items.map((item) => {
    const next = latest.get(item.id) ?? item;
    latest.delete(item.id);
    return next;
  });
  return [...merged, ...latest.values()];
}
