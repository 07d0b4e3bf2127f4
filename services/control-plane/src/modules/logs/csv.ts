import type { LogJson } from '@headgate/contracts/rest/logs';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** As the wire writes times in CSV: a space, an offset, and a fraction only where there is one. */
const spelt = (timestamp: string): string => timestamp.replace('T', ' ').replace(/(\.0+)?Z$/, '+00:00');

/** Log lines as CSV, in pieces. */
export async function* toCsv(pages: AsyncIterable<LogJson[]>): AsyncGenerator<string> {
  yield 'timestamp,level,flow_run_id,task_run_id,message\r\n';
  for await (const page of pages) {
    yield page
      .map(
        (line) =>
          [spelt(line.timestamp), String(line.level), line.flow_run_id ?? '', line.task_run_id ?? '', line.message]
            .map(quoted)
            .join(',') + '\r\n',
      )
      .join('');
  }
}
