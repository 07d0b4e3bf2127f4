/** Longer lines are cut: the control plane takes messages up to about a megabyte. */
const lineCharsMax = 100_000;
/** A line without an end (a prompt, a progress bar) is shown after this time. */
const idleMs = 500;

/** Cuts a stream of text into lines. `onLines` gets the complete ones of each piece together. */
export class LineSplitter {
  private rest = '';
  private idle: NodeJS.Timeout | undefined;
  private readonly decoder = new TextDecoder();

  constructor(private readonly onLines: (lines: string[]) => void) {}

  write(piece: Buffer): void {
    clearTimeout(this.idle);
    const parts = (this.rest + this.decoder.decode(piece, { stream: true })).split(/\r?\n/);
    this.rest = parts.pop()!;
    this.emit(parts);
    if (this.rest.length > lineCharsMax) this.flush();
    else if (this.rest) this.idle = setTimeout(() => this.flush(), idleMs).unref();
  }

  end(): void {
    clearTimeout(this.idle);
    this.flush();
  }

  private flush(): void {
    const line = this.rest;
    this.rest = '';
    this.emit([line]);
  }

  private emit(lines: string[]): void {
    const shown = lines
      .map(afterLastReturn)
      .filter((line) => line !== '')
      .flatMap(cut);
    if (shown.length > 0) this.onLines(shown);
  }
}

/** A carriage return starts a line over, as on a terminal. */
const afterLastReturn = (line: string): string => line.replace(/\r+$/, '').replace(/^.*\r/s, '');

function cut(line: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += lineCharsMax) pieces.push(line.slice(at, at + lineCharsMax));
  return pieces;
}
