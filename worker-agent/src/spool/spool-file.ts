import {
  closeSync,
  existsSync,
  fstatSync,
  fsync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { Entry, Header } from './entry.js';

/** Entries in order, each with the position after it; `endsAt` is behind everything that was looked at, broken lines too. */
export type Chunk = { entries: { entry: Entry; endsAt: number }[]; endsAt: number };

const newline = 0x0a;

/**
 * What is to be told of one run: an append-only file of JSON lines, and beside it (`.at`) the position up to which all
 * has been delivered. Memory holds neither, so that an outage of any length costs disk only.
 */
export class SpoolFile {
  private readonly fd: number;
  /** Another process wrote it. */
  isAdopted = false;
  private writtenTo: number;
  private deliveredTo: number;

  private constructor(
    readonly path: string,
    readonly header: Header,
    start: number,
  ) {
    this.fd = openSync(path, 'a+', 0o600);
    this.writtenTo = fstatSync(this.fd).size;
    this.deliveredTo = Math.max(start, deliveredTo(path));
  }

  static create(path: string, header: Header): SpoolFile {
    const line = `${JSON.stringify(header)}\n`;
    writeFileSync(path, line, { mode: 0o600, flag: 'wx' });
    return new SpoolFile(path, header, Buffer.byteLength(line));
  }

  /** A file that another process left behind. Throws when it has no header: see `headerOf`. */
  static open(path: string): SpoolFile {
    const content = readFileSync(path);
    const file = new SpoolFile(path, parseHeader(content), content.indexOf(newline) + 1);
    file.isAdopted = true;
    // A process that was killed while it wrote leaves half a line.
    if (content.at(-1) !== newline) file.writtenTo += writeSync(file.fd, '\n');
    return file;
  }

  /** Survives the end of this process at once; with `sync`, soon that of the machine: delivery need not wait for the disk. */
  append(entries: Entry[], { sync = false } = {}): void {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    this.writtenTo += writeSync(this.fd, text);
    if (sync) fsync(this.fd, () => undefined);
  }

  get isDelivered(): boolean {
    return this.deliveredTo >= this.writtenTo;
  }

  /** The next undelivered entries, at most about `bytesMax` of them, but at least one. */
  read(bytesMax: number): Chunk {
    const pending = this.writtenTo - this.deliveredTo;
    for (let size = Math.min(pending, bytesMax); size > 0; size = Math.min(pending, size * 4)) {
      const buffer = Buffer.alloc(size);
      const length = readSync(this.fd, buffer, 0, size, this.deliveredTo);
      const chunk = parseLines(buffer.subarray(0, length), this.deliveredTo);
      if (chunk.endsAt > this.deliveredTo || size === pending) return chunk;
    }
    return { entries: [], endsAt: this.deliveredTo };
  }

  delivered(upTo: number): void {
    this.deliveredTo = upTo;
    if (!this.isDelivered) writeFileSync(`${this.path}.at`, String(upTo));
  }

  close(): void {
    closeSync(this.fd);
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
    rmSync(`${this.path}.at`, { force: true });
  }
}

/** Null when the file is gone, or holds nothing that can be understood. */
export function headerOf(path: string): Header | null {
  try {
    return parseHeader(readFileSync(path));
  } catch {
    return null;
  }
}

function parseHeader(content: Buffer): Header {
  const header = JSON.parse(content.subarray(0, content.indexOf(newline)).toString()) as Header;
  if (header.kind !== 'run') throw new Error('not a spool file');
  return header;
}

function parseLines(buffer: Buffer, offset: number): Chunk {
  const chunk: Chunk = { entries: [], endsAt: offset };
  for (let start = 0, end = buffer.indexOf(newline); end >= 0; start = end + 1, end = buffer.indexOf(newline, start)) {
    const entry = parseEntry(buffer.subarray(start, end).toString());
    chunk.endsAt = offset + end + 1;
    if (entry) chunk.entries.push({ entry, endsAt: chunk.endsAt });
  }
  return chunk;
}

function parseEntry(text: string): Entry | null {
  try {
    const entry = JSON.parse(text) as Entry;
    return entry.kind === 'log' || entry.kind === 'state' ? entry : null;
  } catch {
    return null;
  }
}

function deliveredTo(path: string): number {
  return existsSync(`${path}.at`) ? Number(readFileSync(`${path}.at`, 'utf8')) || 0 : 0;
}
