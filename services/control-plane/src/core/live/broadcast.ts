import type { Turns } from '../fair/turns.js';
import { sizeWithin } from '../json/json-size.js';

const waitingMax = { items: 5_000, bytes: 32 * 1024 * 1024 };

/** Something that is told to many; its text is made once. */
export class Told<T> {
  private written: string | null = null;
  private measured: number | null = null;

  constructor(
    readonly value: T,
    private readonly write: (value: T) => string,
  ) {}

  get text(): string {
    return (this.written ??= this.write(this.value));
  }

  /** About what it takes, with its text where that is made. */
  get bytes(): number {
    return this.size + (this.written?.length ?? 0);
  }

  get size(): number {
    return (this.measured ??= sizeWithin(this.value, waitingMax.bytes) ?? waitingMax.bytes);
  }
}

export type Listener<T> = {
  take(told: Told<T>): void;
  /** It has fallen so far behind that something is gone which it has not taken. */
  lose(): void;
};

type Place<T> = { listener: Listener<T>; next: number };

const pieceMs = 2;

/**
 * What a workspace tells those who listen to it. What it tells and who listens multiply, and both are its own doing: so it
 * goes out a piece at a time, in turns with what other workspaces tell, and who is served goes to the end of the line.
 */
export class Broadcast<T> {
  private readonly places = new Set<Place<T>>();
  private items: Told<T>[] = [];
  /** The number of the first of them; places count from the beginning. */
  private first = 0;
  private isGoingOut = false;

  constructor(
    private readonly turns: Turns,
    private readonly party: string,
    private readonly write: (value: T) => string,
  ) {}

  get size(): number {
    return this.places.size;
  }

  /** Listens to what is given from now on. Answers the function that ends it. */
  listen(listener: Listener<T>): () => void {
    const place = { listener, next: this.end };
    this.places.add(place);
    return () => void this.places.delete(place);
  }

  give(values: readonly T[]): void {
    if (this.places.size === 0) return;
    for (const value of values) this.items.push(new Told(value, this.write));
    this.isGoingOut ||= (void this.goOut(), true);
  }

  private get end(): number {
    return this.first + this.items.length;
  }

  private async goOut(): Promise<void> {
    await Promise.resolve();
    while (this.items.length > 0) {
      const began = await this.turns.during('outgoing', this.party, async () => {
        const now = performance.now();
        this.piece(now + pieceMs);
        return now;
      });
      this.forget();
      if (this.items.length > 0) await this.turns.breathe(this.party, performance.now() - began);
    }
    this.isGoingOut = false;
  }

  private piece(until: number): void {
    for (let left = this.places.size; left > 0; left--) {
      const [place] = this.places;
      if (!place || !this.serve(place, until)) return;
      if (this.places.delete(place)) this.places.add(place);
    }
  }

  /** False when the time is over. */
  private serve(place: Place<T>, until: number): boolean {
    while (place.next < this.end && this.places.has(place)) {
      const told = this.items[place.next++ - this.first]!;
      place.listener.take(told);
      // Each time: to compare one with what somebody wants may take some milliseconds.
      if (performance.now() > until) return false;
    }
    return performance.now() <= until;
  }

  /** What all have taken, and what waits for those who are too slow. */
  private forget(): void {
    let least = this.end;
    for (const { next } of this.places) least = Math.min(least, next);
    const bytes = this.items.reduce((sum, told) => sum + told.bytes, 0);
    if (this.items.length > waitingMax.items || bytes > waitingMax.bytes)
      least = Math.max(least, this.first + Math.ceil(this.items.length / 2));
    this.items.splice(0, least - this.first);
    this.first = least;
    for (const place of this.places) {
      if (place.next >= least) continue;
      this.places.delete(place);
      place.listener.lose();
    }
  }
}
