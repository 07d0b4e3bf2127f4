import type { LogLineFragment } from '@/generated/graphql';
import { plainText } from '@/lib/terminal-text';

export type Line = LogLineFragment;

/** What the reader wants to see of the lines that are there. */
export type LogFilter = { minLevel: number; search: string; taskRunId: string | null };

/** The names of the levels, by their least number. */
const names: [number, string][] = [
  [50, 'CRITICAL'],
  [40, 'ERROR'],
  [30, 'WARNING'],
  [20, 'INFO'],
  [0, 'DEBUG'],
];

export const levelName = (level: number): string => names.find(([least]) => level >= least)?.[1] ?? 'DEBUG';

export const levelChoices = [
  { value: '0', label: 'All levels' },
  { value: '20', label: 'Info and above' },
  { value: '30', label: 'Warning and above' },
  { value: '40', label: 'Error and above' },
];

export function filterLines(lines: readonly Line[], filter: LogFilter): readonly Line[] {
  const search = filter.search.trim().toLowerCase();
  if (!search && filter.minLevel === 0 && !filter.taskRunId) return lines;
  return lines.filter(
    (line) =>
      line.level >= filter.minLevel &&
      (!filter.taskRunId || line.taskRunId === filter.taskRunId) &&
      (!search || plainText(line.message).toLowerCase().includes(search)),
  );
}

/** Lines that were not there yet go to the end; the same line may come by page and by subscription. */
export function appendLines(lines: readonly Line[], more: readonly Line[]): readonly Line[] {
  const known = new Set(lines.slice(-5000).map((line) => line.id));
  const fresh = more.filter((line) => !known.has(line.id) && known.add(line.id));
  return fresh.length === 0 ? lines : [...lines, ...fresh];
}

/** One line of a text file: time in UTC, level, logger, message. */
export const asText = (lines: readonly Line[]): string =>
  lines
    .map((line) => `${line.timestamp} ${levelName(line.level).padEnd(8)} ${line.name} | ${plainText(line.message)}`)
    .join('\n');
