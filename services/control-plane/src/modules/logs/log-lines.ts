import { isUuid, newId } from '@headgate/contracts';
import { dateTime } from '@headgate/contracts/rest/common';
import { InvalidRequest } from '../../core/http/zod-body.js';

/** A line as it is stored. Ids rise in the order of arrival, so that (timestamp, id) is a place that stays. */
export type LogRow = {
  workspace_id: string;
  id: string;
  flow_run_id: string | null;
  task_run_id: string | null;
  worker_id: string | null;
  timestamp: string;
  level: number;
  name: string;
  message: string;
};

const known = new Set(['id', 'name', 'level', 'message', 'timestamp', 'flow_run_id', 'task_run_id', 'worker_id']);
const plainTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

type Issue = { type: string; loc: (string | number)[]; msg: string };

/**
 * Reads lines by hand: a schema library would cost more than storing them. The mistakes are said as for any body.
 * Text that Postgres cannot hold loses its NUL characters.
 */
export function readLogLines(workspaceId: string, body: unknown): LogRow[] {
  if (!Array.isArray(body))
    throw new InvalidRequest([{ type: 'list_type', loc: ['body'], msg: 'Input should be a valid list' }], body);
  const issues: Issue[] = [];
  const rows = body.map((line: unknown, at) => readLine(workspaceId, line, at, issues));
  if (issues.length > 0) throw new InvalidRequest(issues, body);
  return rows as LogRow[];
}

function readLine(workspaceId: string, line: unknown, at: number, issues: Issue[]): LogRow | null {
  const wrong = (field: string, type: string, msg: string): null => {
    issues.push({ type, loc: ['body', at, field], msg });
    return null;
  };
  if (typeof line !== 'object' || line === null) return wrong('', 'model_type', 'Input should be an object');
  const { name, level, message, timestamp, ...ids } = line as Record<string, unknown>;
  for (const key of Object.keys(line))
    if (!known.has(key)) return wrong(key, 'extra_forbidden', 'Extra inputs are not permitted');
  if (typeof name !== 'string')
    return wrong(
      'name',
      name === undefined ? 'missing' : 'string_type',
      name === undefined ? 'Field required' : 'Input should be a valid string',
    );
  if (typeof message !== 'string')
    return wrong(
      'message',
      message === undefined ? 'missing' : 'string_type',
      message === undefined ? 'Field required' : 'Input should be a valid string',
    );
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level > 32_767)
    return wrong(
      'level',
      level === undefined ? 'missing' : 'int_type',
      level === undefined ? 'Field required' : 'Input should be a valid integer',
    );
  const time =
    typeof timestamp === 'string' && plainTime.test(timestamp) ? timestamp : dateTime.safeParse(timestamp).data;
  if (time === undefined)
    return wrong(
      'timestamp',
      timestamp === undefined ? 'missing' : 'value_error',
      timestamp === undefined ? 'Field required' : 'value is not a valid datetime',
    );
  for (const key of ['flow_run_id', 'task_run_id', 'worker_id'])
    if (ids[key] != null && !isUuid(ids[key])) return wrong(key, 'uuid_parsing', 'Input should be a valid UUID');
  return {
    workspace_id: workspaceId,
    id: newId(),
    flow_run_id: (ids['flow_run_id'] as string | null | undefined) ?? null,
    task_run_id: (ids['task_run_id'] as string | null | undefined) ?? null,
    worker_id: (ids['worker_id'] as string | null | undefined) ?? null,
    timestamp: time,
    level,
    name: withoutNul(name),
    message: withoutNul(message),
  };
}

const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

/** A line as it crosses the wire. */
export const logJson = (row: Omit<LogRow, 'workspace_id' | 'worker_id'>) => ({
  id: row.id,
  created: row.timestamp,
  updated: row.timestamp,
  name: row.name,
  level: row.level,
  message: row.message,
  timestamp: row.timestamp,
  flow_run_id: row.flow_run_id,
  task_run_id: row.task_run_id,
});
