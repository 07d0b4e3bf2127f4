import { ownerOf } from './owners.js';

type Waiting<T> = { item: T; cost: number };
/** What waits of a party, in the order in which it came; places at its front are empty. */
type Line<T> = { items: Waiting<T>[]; next: number };
/** The lines of an owner's parties, in the order of their turns: who had one goes to the end. */
type Share<T> = { lines: Map<string, Line<T>>; deficit: number };

/**
 * What waits, taken from owners by deficit round robin: each round an owner gains a quantum of cost and gives up as much as
 * it has gained, one after the other of each of its parties. However long the lines of one, and however many they are,
 * another waits for no more than a quantum of each owner.
 */
export class FairQueue<T> {
  /** In the order of their turns. */
  private readonly shares = new Map<string, Share<T>>();
  /** Of the parties that have something waiting. */
  private readonly sums = new Map<string, { items: number; cost: number }>();
  private waiting = 0;

  constructor(private readonly quantum: number) {}

  get size(): number {
    return this.waiting;
  }

  /** Who has something waiting. */
  parties(): IterableIterator<string> {
    return this.sums.keys();
  }

  /** What everything that waits of a party costs. */
  costOf(party: string): number {
    return this.sums.get(party)?.cost ?? 0;
  }

  push(party: string, item: T, cost = 1): void {
    const owner = ownerOf(party);
    let share = this.shares.get(owner);
    if (!share) this.shares.set(owner, (share = { lines: new Map(), deficit: 0 }));
    let line = share.lines.get(party);
    if (!line) share.lines.set(party, (line = { items: [], next: 0 }));
    line.items.push({ item, cost });
    this.count(party, 1, cost);
  }

  /** Takes so much cost of those who may, or a single item that costs more. */
  take(costMax: number, may: (party: string) => boolean = everybody): T[] {
    const taken: T[] = [];
    let left = costMax;
    while (left > 0) {
      const open = [...this.shares].filter(([, share]) => firstOf(share, may));
      if (open.length === 0) break;
      for (const [owner, share] of open) {
        if (left <= 0) break;
        left = this.turn(owner, share, may, open.length === 1, left, taken);
      }
      if (taken.length > 0 && !open.some(([, share]) => fits(share, may, left))) break;
    }
    return taken;
  }

  /** Takes out what nobody needs any more, wherever it stands. */
  drop(isOver: (item: T) => boolean): T[] {
    const dropped: T[] = [];
    for (const [owner, share] of this.shares) {
      for (const [party, line] of share.lines) {
        const kept: Waiting<T>[] = [];
        for (const each of line.items.slice(line.next)) {
          if (!isOver(each.item)) kept.push(each);
          else {
            this.count(party, -1, -each.cost);
            dropped.push(each.item);
          }
        }
        if (kept.length === 0) share.lines.delete(party);
        else Object.assign(line, { items: kept, next: 0 });
      }
      if (share.lines.size === 0) this.shares.delete(owner);
    }
    return dropped;
  }

  /** Who has nobody to be fair to takes what fits. Answers how much cost is left. */
  private turn(
    owner: string,
    share: Share<T>,
    may: (party: string) => boolean,
    isAlone: boolean,
    left: number,
    taken: T[],
  ): number {
    let first = firstOf(share, may)!;
    share.deficit += isAlone ? Math.max(left, costOfNext(first.line)) : this.quantum;
    this.shares.delete(owner);
    for (let next: typeof first | null = first; next && left > 0; next = firstOf(share, may)) {
      first = next;
      const cost = costOfNext(first.line);
      if (cost > share.deficit || (cost > left && taken.length > 0)) break;
      taken.push(this.shift(share, first));
      share.deficit -= cost;
      left -= cost;
    }
    if (share.lines.size === 0) return left;
    // What it was kept from taking now does not add up to a flood later.
    const next = firstOf(share, may);
    share.deficit = Math.min(share.deficit, Math.max(this.quantum, next ? costOfNext(next.line) : 0));
    this.shares.set(owner, share);
    return left;
  }

  /** The party has had its turn among those of its owner. */
  private shift(share: Share<T>, { party, line }: { party: string; line: Line<T> }): T {
    const { item, cost } = line.items[line.next]!;
    line.items[line.next++] = undefined as never;
    this.count(party, -1, -cost);
    share.lines.delete(party);
    if (line.next === line.items.length) return item;
    if (line.next >= forgottenMax) {
      line.items.splice(0, line.next);
      line.next = 0;
    }
    share.lines.set(party, line);
    return item;
  }

  private count(party: string, items: number, cost: number): void {
    this.waiting += items;
    const sum = this.sums.get(party) ?? { items: 0, cost: 0 };
    if (sum.items + items === 0) this.sums.delete(party);
    else this.sums.set(party, { items: sum.items + items, cost: sum.cost + cost });
  }
}

const everybody = () => true;
/** So many places at the front of a line may be empty before it is moved up. */
const forgottenMax = 1_000;

const costOfNext = <T>({ items, next }: Line<T>): number => items[next]!.cost;

/** Whose turn it is of those who may. */
function firstOf<T>({ lines }: Share<T>, may: (party: string) => boolean): { party: string; line: Line<T> } | null {
  for (const [party, line] of lines) if (may(party)) return { party, line };
  return null;
}

function fits<T>(share: Share<T>, may: (party: string) => boolean, left: number): boolean {
  const first = firstOf(share, may);
  return first !== null && costOfNext(first.line) <= left;
}
