import type { LogJson } from '@headgate/contracts/rest/logs';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Log lines as CSV, in pieces. */
export async function* toCsv(pages: AsyncIterable<LogJson[]>): AsyncGenerator<string> {
  yield 'timestamp,level,flow_run_id,task_run_id,message\r\n';
  for await (const page of pages) {
    yield page
      .map(
        (line) =>
          [line.timestamp, String(line.level), line.flow_run_id ?? '', line.task_run_id ?? '', line.message]
            .map(quoted)
            .join(',') + '\r\n',
      )
      .join('');
  }
}
