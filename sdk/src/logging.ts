import { withoutSequences } from '@headgate/contracts/terminal-text';
import { format } from 'node:util';
import { timestamp } from './clock.js';
import { sayOut } from './say.js';

export const levels = { debug: 10, info: 20, warn: 30, error: 40, critical: 50 } as const;
export type Level = keyof typeof levels;

/** Each call writes one entry; arguments are put together as `console.log` does. */
export type Logger = Record<Level, (...parts: unknown[]) => void>;

/** A log line as it crosses the wire. */
export type LogLine = {
  name: string;
  level: number;
  message: string;
  timestamp: string;
  flow_run_id?: string;
  task_run_id?: string;
};

type Source = {
  name: string;
  /** For the terminal: `Flow run 'calm-otter'`. */
  who: string;
  flowRunId?: string | null;
  taskRunId?: string | null;
  send?: (line: LogLine) => void;
};

export function createLogger(source: Source): Logger {
  const write = (level: Level, parts: unknown[]) => {
    const message = format(...parts);
    const line: LogLine = { name: source.name, level: levels[level], message, timestamp: timestamp() };
    if (source.flowRunId) line.flow_run_id = source.flowRunId;
    if (source.taskRunId) line.task_run_id = source.taskRunId;
    print(level, source.who, line);
    source.send?.(line);
  };
  const entries = (Object.keys(levels) as Level[]).map(
    (level) => [level, (...parts: unknown[]) => write(level, parts)] as const,
  );
  return Object.fromEntries(entries) as Logger;
}

/** `HEADGATE_LOGS=api`: an agent reads what this process writes, and lines would come twice. */
export const isWatchedByAgent = (): boolean => process.env['HEADGATE_LOGS'] === 'api';

const printing = (): boolean => !isWatchedByAgent() && process.env['HEADGATE_LOGS'] !== 'off';

function print(level: Level, who: string, line: LogLine): void {
  if (!printing() || level === 'debug') return;
  const time = new Date(line.timestamp).toTimeString().slice(0, 8) + line.timestamp.slice(19, 23);
  sayOut(`${time} | ${level.toUpperCase().padEnd(8)} | ${who} - ${withoutSequences(line.message)}`);
}
