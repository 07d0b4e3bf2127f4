import type { LogJson } from '@headgate/contracts/rest/logs';
import { oneByOne } from '../../core/fair/in-slices.js';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As the wire writes times in CSV: a space, an offset, and a fraction only where there is one. */
const spelt = (timestamp: string): string => timestamp.replace('T', ' ').replace(/(\.0+)?Z$/, '+00:00');

const lineOf = (line: LogJson): string =>
  [spelt(line.timestamp), String(line.level), line.flow_run_id ?? '', line.task_run_id ?? '', line.message]
    .map(quoted)
    .join(',');

export const csvHead = 'timestamp,level,flow_run_id,task_run_id,message\r\n';

/** Log lines as CSV. */
export const toCsv = async (lines: readonly LogJson[]): Promise<string> =>
  (await oneByOne(lines, (line) => `${lineOf(line)}\r\n`)).join('');
