import type { Turns } from '../fair/turns.js';

/** One from which something has come, or that may be read on. */
export type Source = {
  /** Whose turns its reading takes. */
  readonly party: string;
  /** Takes up so much of what has come. Answers whether there is more. */
  readSome(bytesMax: number): boolean;
};

/** Some frames of the usual size. */
const bytesAtOnce = 4_096;
const pieceMs = 1;

/**
 * What comes in over sockets is read a piece at a time, a little of each socket of a party in turn: a thousand sockets that
 * talk at once take no more of the event loop at a stretch than one. While others are about, a party rests after each piece
 * for as long as it took; what it goes on saying stays in its connections, and its clients have to wait.
 */
export class Intake {
  private readonly lines = new Map<string, Set<Source>>();

  constructor(private readonly turns: Turns) {}

  offer(source: Source): void {
    const line = this.lines.get(source.party);
    if (line) return void line.add(source);
    this.lines.set(source.party, new Set([source]));
    void this.read(source.party);
  }

  /** A party is forgotten only after its rest. */
  private async read(party: string): Promise<void> {
    const line = this.lines.get(party)!;
    while (line.size > 0) {
      const began = await this.turns.during('incoming', party, async () => {
        const now = performance.now();
        await this.piece(line, now + pieceMs);
        return now;
      });
      await this.turns.breathe(party, performance.now() - began);
    }
    this.lines.delete(party);
  }

  private async piece(line: Set<Source>, until: number): Promise<void> {
    for (const source of line) {
      line.delete(source);
      if (source.readSome(bytesAtOnce)) line.add(source);
      // What a frame begins is work of this piece.
      await Promise.resolve();
      if (performance.now() > until) return;
    }
  }
}
