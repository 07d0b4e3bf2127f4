import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { LogDraft } from '../api/wire.js';
import { LineSplitter } from './lines.js';
import { nextTimestamp } from './timestamps.js';

export const levels = { info: 20, warning: 30, error: 40 } as const;

type Source = 'stdout' | 'stderr';

/** Turns a line of output into a log line, under a logger's name where it has one; null where the program has told of it by itself. */
export type LineReader = (
  text: string,
  source: Source,
) => (Pick<LogDraft, 'level' | 'message'> & { name?: string }) | null;

/** Programs talk on stderr about progress as well as about trouble: the words decide. */
export function levelOf(text: string, source: Source): number {
  if (source === 'stdout') return levels.info;
  if (/\b(error|exception|traceback|fatal|panic|segmentation fault)\b|Error:/i.test(text)) return levels.error;
  return /\bwarn(ing)?\b/i.test(text) ? levels.warning : levels.info;
}

/** Reads the output of any program. Lines that are indented below an error or a warning (a stack) belong to it. */
export function plainReader(): LineReader {
  let last: number = levels.info;
  return (text, source) => {
    if (source === 'stdout') return { level: levels.info, message: text };
    last = /^\s/.test(text) ? last : levelOf(text, source);
    return { level: last, message: text };
  };
}

/** The last lines that a run wrote to stderr, for the message of a crash. */
const tailLines = 8;

/** Follows the two streams of a process and hands on what it says as log lines of its run, in order. */
export class RunOutput {
  readonly stderrTail: string[] = [];
  private open = 0;
  private closed: () => void = () => undefined;
  /** Resolves when both streams have ended. */
  readonly ended = new Promise<void>((resolve) => (this.closed = resolve));

  constructor(
    private readonly flowRunId: string,
    private readonly reader: LineReader,
    private readonly sink: (lines: LogDraft[]) => void,
  ) {}

  follow(stdout: Readable, stderr: Readable): void {
    this.followOne(stdout, 'stdout');
    this.followOne(stderr, 'stderr');
  }

  private followOne(stream: Readable, source: Source): void {
    const splitter = new LineSplitter((lines) => this.take(lines, source));
    this.open += 1;
    stream.on('data', (piece: Buffer) => splitter.write(piece));
    stream.once('close', () => {
      splitter.end();
      this.open -= 1;
      if (this.open === 0) this.closed();
    });
  }

  private take(raw: string[], source: Source): void {
    const lines = raw.map((line) => stripVTControlCharacters(line).replaceAll('\0', ''));
    if (source === 'stderr') this.remember(lines);
    const read = lines.flatMap((line) => this.reader(line, source) ?? []);
    this.sink(
      read.map((line) => ({
        name: `process.${source}`,
        ...line,
        timestamp: nextTimestamp(),
        flow_run_id: this.flowRunId,
        task_run_id: null,
      })),
    );
  }

  private remember(lines: string[]): void {
    this.stderrTail.push(...lines);
    this.stderrTail.splice(0, Math.max(0, this.stderrTail.length - tailLines));
  }
}
