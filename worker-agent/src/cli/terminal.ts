import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import ora, { type Ora } from 'ora';
import pc from 'picocolors';
import type { StateType } from '@headgate/contracts';
import { harmless, harmlessJson, withoutSequences } from '@headgate/contracts/terminal-text';
import { relativeTime } from '@headgate/contracts/spans';

export { duration } from '@headgate/contracts/spans';

const shown = (text: string): string => harmless(text, { keepColours: pc.isColorSupported });

/** All that commands write goes through here: what others have written must not steer the terminal. */
export const print = (text: string): void => console.log(shown(text));
export const printError = (text: string): void => console.error(shown(text));

/** A line that a program wrote, which may have been meant for a terminal: what remains are its words, and their colours. */
export const wordsOf = withoutSequences;

/** What every listing command takes. */
export type Listing = { json?: boolean };

/** Prints rows as a table, or as JSON the objects they came from. */
export function printList<T>(
  items: T[],
  { json }: Listing,
  head: string[],
  row: (item: T) => string[],
  whenEmpty: string,
): void {
  if (json) return printJson(items);
  if (items.length === 0) return print(pc.dim(whenEmpty));
  print(tableOf(head, items.map(row)));
}

export const printJson = (value: unknown): void => console.log(harmlessJson(JSON.stringify(value, null, 2)));

/** Pairs under each other; empty values are left out. */
export function printPairs(pairs: [string, string | null | undefined][]): void {
  const shown = pairs.filter(
    (pair): pair is [string, string] => pair[1] !== null && pair[1] !== undefined && pair[1] !== '',
  );
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown)
    print(`${pc.dim(name.padEnd(width))}  ${value.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`);
}

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** What is longer is cut, so that the other columns stay in sight; JSON has it whole. */
const cellMax = 60;

function tableOf(head: string[], rows: string[][]): string {
  const isLong = (column: number) => rows.some((row) => stripVTControlCharacters(row[column]!).length > cellMax);
  const table = new Table({
    head: head.map((each) => pc.dim(each)),
    colWidths: head.map((_, column) => (isLong(column) ? cellMax : null)),
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  // Before it is cut and aligned by how wide it is.
  table.push(...rows.map((cells) => cells.map(shown)));
  return table.toString().replace(/[ \t]+$/gm, '');
}

/** Only where a person looks on; otherwise silent. */
export const spinner = (text: string): Ora => ora({ text: shown(text), isSilent: !process.stderr.isTTY });

const paint: Record<StateType, (text: string) => string> = {
  SCHEDULED: pc.yellow,
  PENDING: pc.yellow,
  RUNNING: pc.cyan,
  COMPLETED: pc.green,
  FAILED: pc.red,
  CRASHED: pc.magenta,
  CANCELLED: pc.dim,
  CANCELLING: pc.dim,
  PAUSED: pc.blue,
};

export const stateText = (type: StateType | null, name: string | null): string =>
  type ? paint[type](name ?? type) : pc.dim('none');

/** `3 min ago`, `in 2 hr`; nothing for no time. */
export const ago = (time: string | null): string => (time ? relativeTime(time, Date.now()) : '');

/** Local time of day. */
export const clock = (time: string | number | Date): string =>
  new Date(time).toLocaleTimeString('en-GB', { hour12: false });
