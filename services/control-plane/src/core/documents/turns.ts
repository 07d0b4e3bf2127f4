/** Those who wait, by whom they belong to: each owner has its turn, however many of its own are waiting. */
export class Turns<T> {
  private readonly waiting = new Map<string, T[]>();

  add(owner: string, item: T): void {
    const own = this.waiting.get(owner);
    if (own) own.push(item);
    else this.waiting.set(owner, [item]);
  }

  count(owner: string): number {
    return this.waiting.get(owner)?.length ?? 0;
  }

  next(): T | undefined {
    for (const [owner, items] of this.waiting) {
      const item = items.shift();
      this.waiting.delete(owner);
      if (items.length > 0) this.waiting.set(owner, items);
      return item;
    }
    return undefined;
  }
}
