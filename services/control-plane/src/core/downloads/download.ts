import { Readable } from 'node:stream';

/** Makes the next piece of an answer; null is its end. */
export type NextPiece = () => Promise<Buffer | null>;

/**
 * A long answer, of which a piece is made when all before it has gone to the connection. So what is held of it is one piece,
 * however slowly it is read.
 */
export class Download extends Readable {
  heldBytes = 0;
  /** Since when its piece lies here. */
  heldSince = Infinity;

  constructor(
    private readonly next: NextPiece,
    private readonly told: () => void,
  ) {
    super({ highWaterMark: 0 });
  }

  override _read(): void {
    this.hold(0);
    this.next().then(
      (piece) => {
        if (this.destroyed) return;
        this.hold(piece?.length ?? 0);
        this.push(piece);
        this.told();
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.hold(0);
    done(error);
  }

  private hold(bytes: number): void {
    this.heldBytes = bytes;
    this.heldSince = bytes > 0 ? performance.now() : Infinity;
  }
}
