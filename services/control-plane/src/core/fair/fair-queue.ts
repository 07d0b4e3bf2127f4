type Line<T> = { items: { item: T; cost: number }[]; next: number; cost: number; deficit: number };

/**
 * What waits, one line per party, taken by deficit round robin: each round a party gains a quantum of cost and gives up as
 * much as it has gained. However long the line of one is, another waits for no more than a quantum of each.
 */
export class FairQueue<T> {
  /** In the order of their turns: who had one goes to the end. */
  private readonly lines = new Map<string, Line<T>>();
  private waiting = 0;

  constructor(private readonly quantum: number) {}

  get size(): number {
    return this.waiting;
  }

  /** Who has something waiting, whose turn it is first. */
  parties(): IterableIterator<string> {
    return this.lines.keys();
  }

  /** What everything that waits of a party costs. */
  costOf(party: string): number {
    return this.lines.get(party)?.cost ?? 0;
  }

  push(party: string, item: T, cost = 1): void {
    let line = this.lines.get(party);
    if (!line) this.lines.set(party, (line = { items: [], next: 0, cost: 0, deficit: 0 }));
    line.items.push({ item, cost });
    line.cost += cost;
    this.waiting++;
  }

  /** Takes so much cost of those who may, or a single item that costs more. */
  take(costMax: number, may: (party: string) => boolean = everybody): T[] {
    const taken: T[] = [];
    let left = costMax;
    while (left > 0) {
      const open = [...this.lines.keys()].filter(may);
      if (open.length === 0) break;
      for (const party of open) {
        if (left <= 0) break;
        left = this.turn(party, open.length === 1, left, taken);
      }
      if (taken.length > 0 && !open.some((party) => this.fits(party, left))) break;
    }
    return taken;
  }

  /** Takes out what nobody needs any more, wherever it stands. */
  drop(isOver: (item: T) => boolean): T[] {
    const dropped: T[] = [];
    for (const [party, line] of this.lines) {
      const kept = line.items.slice(line.next).filter((each) => !isOver(each.item) || !dropped.push(each.item));
      if (kept.length === line.items.length - line.next) continue;
      this.waiting -= line.items.length - line.next - kept.length;
      if (kept.length === 0) this.lines.delete(party);
      else Object.assign(line, { items: kept, next: 0, cost: kept.reduce((sum, each) => sum + each.cost, 0) });
    }
    return dropped;
  }

  /** Who has nobody to be fair to takes what fits. Answers how much cost is left. */
  private turn(party: string, isAlone: boolean, left: number, taken: T[]): number {
    const line = this.lines.get(party)!;
    line.deficit += isAlone ? Math.max(left, line.items[line.next]!.cost) : this.quantum;
    this.lines.delete(party);
    while (line.next < line.items.length) {
      const { item, cost } = line.items[line.next]!;
      if (cost > line.deficit || (cost > left && taken.length > 0)) break;
      line.items[line.next++] = undefined as never;
      line.deficit -= cost;
      line.cost -= cost;
      left -= cost;
      this.waiting--;
      taken.push(item);
      if (left <= 0) break;
    }
    if (line.next === line.items.length) return left;
    if (line.next >= forgottenMax) {
      line.items.splice(0, line.next);
      line.next = 0;
    }
    // What it was kept from taking now does not add up to a flood later.
    line.deficit = Math.min(line.deficit, Math.max(this.quantum, line.items[line.next]!.cost));
    this.lines.set(party, line);
    return left;
  }

  private fits(party: string, left: number): boolean {
    const line = this.lines.get(party);
    return line !== undefined && line.items[line.next]!.cost <= left;
  }
}

const everybody = () => true;
/** So many places at the front of a line may be empty before it is moved up. */
const forgottenMax = 1_000;
