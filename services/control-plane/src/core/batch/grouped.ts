/** Items by what they belong to, in one pass: owners and items are as many as a tenant likes. */
export function groupedBy<T, K>(items: readonly T[], ownerOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const owner = ownerOf(item);
    const group = groups.get(owner);
    if (group) group.push(item);
    else groups.set(owner, [item]);
  }
  return groups;
}
