/** A queue's place among those of its pool: the lower, the earlier it is served. */
export type Placed = { id: string; priority: number };

/** The first number that no queue has. */
export function freePriority(queues: Placed[]): number {
  const taken = new Set(queues.map((queue) => queue.priority));
  let free = 1;
  while (taken.has(free)) free++;
  return free;
}

/**
 * Moves one queue to a priority. Only those that would stand in its way move on, one by one, and gaps stay as they are.
 * Answers the queues whose number changes.
 */
export function moved(queues: Placed[], id: string, priority: number): Placed[] {
  const others = queues.filter((queue) => queue.id !== id).toSorted((one, other) => one.priority - other.priority);
  const at = others.findIndex((queue) => queue.priority >= priority);
  const order = others.toSpliced(at < 0 ? others.length : at, 0, { id, priority });
  const before = new Map(queues.map((queue) => [queue.id, queue.priority]));
  let last = 0;
  const placed = order.map((queue) => {
    last = Math.max(queue.priority, last + 1);
    return { id: queue.id, priority: last };
  });
  return placed.filter((queue) => before.get(queue.id) !== queue.priority);
}
