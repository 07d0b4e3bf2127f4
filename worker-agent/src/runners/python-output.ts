import type { LogRecord } from './runner.js';
import { levelOf, levels, type LineReader } from '../output/run-output.js';

/** Unit and record separators: marks that no program writes by chance. */
const start = '\u001e';
const separator = '\u001f';
const end = '\u001d';

/** Prefect prints its log records to the console in this form, so that they are told from other output without guessing. */
const recordFormat = `${start}%(created)f${separator}%(levelno)s${separator}%(name)s${separator}%(message)s${end}`;

/**
 * The client sends records of its runs by itself, and prints them too. These settings mark what it prints. Records
 * without a run (from libraries, or about the client itself) are marked otherwise: those it prints only.
 */
export const prefectLogEnv: Record<string, string> = {
  PREFECT_LOGGING_FORMATTERS_STANDARD_FLOW_RUN_FMT: recordFormat,
  PREFECT_LOGGING_FORMATTERS_STANDARD_TASK_RUN_FMT: recordFormat,
  PREFECT_LOGGING_COLORS: 'false',
  PREFECT_LOGGING_MARKUP: 'false',
  PYTHONUNBUFFERED: '1',
};

/** What the client says when it gives up on sending records. */
const sendingFailed = '--- Error logging to API ---';

/** Remembers as many records, in case the client could not send them. */
const keptMax = 20_000;

type Line = NonNullable<ReturnType<LineReader>>;

/** Reads the output of Prefect's client: passes on what the client prints but does not send. */
export class PrefectOutput {
  readonly records: LogRecord[] = [];
  /** The client has lost records: see `records`. */
  sendingFailed = false;
  private partial: string | null = null;
  private traceback: Traceback | null = null;

  readonly read: LineReader = (text, source) => {
    if (source === 'stdout') return { level: levels.info, message: text };
    if (this.partial !== null) return this.add(`${this.partial}\n${text}`);
    if (text.startsWith(start)) return this.add(text);
    if (this.traceback?.includes(text)) return this.traceback.of && { ...this.traceback.of, message: text };
    if (text.startsWith(sendingFailed)) this.sendingFailed = true;
    const line = readPrinted(text);
    this.traceback = line.name ? new Traceback(line) : null;
    return line;
  };

  /** A message may have several lines; the record goes on until its end mark. */
  private add(text: string): null {
    const complete = text.endsWith(end);
    this.partial = complete ? null : text;
    if (complete) this.keep(text.slice(1, -1).split(separator));
    return null;
  }

  private keep([created, level, name, ...message]: string[]): void {
    const record = { at: created!, level: Number(level), name: name!, message: message.join(separator) };
    this.records.push(record);
    if (this.records.length > keptMax) this.records.shift();
    this.traceback = record.level >= levels.error ? new Traceback(null) : null;
  }
}

/** What a record tells of an exception is printed in the lines behind it. The client sends it with the records that it sends. */
class Traceback {
  private inside = false;

  /** The record, where it was only printed; null where it was sent. */
  constructor(readonly of: Line | null) {}

  includes(text: string): boolean {
    if (/^\s*(\+ (Exception Group )?)?Traceback \(most recent call last\):/.test(text)) return (this.inside = true);
    if (/^(During handling of the above exception|The above exception was the direct cause)/.test(text)) return true;
    if (!this.inside) return false;
    // The first line that is not indented names the exception, and ends it.
    this.inside = /^\s/.test(text);
    return true;
  }
}

const levelNames: Record<string, number> = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 };
const printed = /^\d\d:\d\d:\d\d\.\d{3} \| (DEBUG|INFO|WARNING|ERROR|CRITICAL)\s*\| (\S+) - (.*)$/s;

/** `12:00:00.000 | WARNING | name - text` is how the client prints records that concern no run; other text is not its own. */
function readPrinted(text: string): Line {
  const [, level, name, message] = printed.exec(text) ?? [];
  return level
    ? { level: levelNames[level]!, name: name!, message: message! }
    : { level: levelOf(text, 'stderr'), message: text };
}
