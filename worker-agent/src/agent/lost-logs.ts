import type { Api } from '../api/api.js';
import { isoOfMicros, microsOf } from '../output/timestamps.js';
import type { LogRecord } from '../runners/runner.js';
import type { Mailbox } from '../spool/mailbox.js';
import type { Reach } from './reach.js';

/** Records that a client printed but could not send: what the control plane does not have of them is sent for it. */
export async function sendLostLogs(
  records: LogRecord[],
  flowRunId: string,
  { api, reach }: { api: Api; reach: Reach },
  mailbox: Mailbox,
): Promise<void> {
  if (records.length === 0) return;
  const stored = new Map<number, string[]>();
  for (const line of await reach.insist(() => api.allLogs(flowRunId))) {
    const at = microsOf(line.timestamp);
    stored.set(at, [...(stored.get(at) ?? []), line.message]);
  }
  const dated = records.map((record) => ({ ...record, micros: Math.round(Number(record.at) * 1e6) }));
  const missing = dated.filter(
    ({ micros, message }) => !near(micros).some((at) => stored.get(at)?.some((sent) => sent.startsWith(message))),
  );
  mailbox.log(
    missing.map(({ micros, level, name, message }) => ({
      name,
      level,
      message,
      timestamp: isoOfMicros(micros),
      flow_run_id: flowRunId,
      task_run_id: null,
    })),
  );
}

/** The last digit is rounded in different ways on the two paths. */
const near = (micros: number): number[] => [micros - 1, micros, micros + 1];
