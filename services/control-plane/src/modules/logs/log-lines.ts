import { isUuid, newId, timeOfId } from '@headgate/contracts';
import { levelMax, levelMin, logsCreate, type LogCreate } from '@headgate/contracts/rest/logs';
import { keptAt } from '../../core/days/kept-at.js';
import { inSlices } from '../../core/fair/in-slices.js';
import { ZodList } from '../../core/http/zod-list.js';

/** A line as it is stored. Ids rise in the order of arrival, so that (timestamp, id) is a place that stays. */
export type LogRow = {
  workspace_id: string;
  id: string;
  flow_run_id: string | null;
  task_run_id: string | null;
  worker_id: string | null;
  timestamp: string;
  /** What it says of its time, where it is kept at another one. */
  dated?: string | null;
  level: number;
  name: string;
  message: string;
};

const known = new Set(['name', 'level', 'message', 'timestamp', 'flow_run_id', 'task_run_id', 'worker_id']);
/** As Python and JavaScript write it: with microseconds, or milliseconds. */
const plainTime = /^(?!0000)\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}(\d{3})?Z$/;
const withMicroseconds = (time: string): string => (time.length === 24 ? time.replace('Z', '000Z') : time);
/** So many lines are read in one go: a millisecond or two. */
const sliceMax = 500;
const thorough = new ZodList(logsCreate, sliceMax);

/**
 * Reads plain lines by hand: a schema library would cost more than storing them. It is asked only when some line is not
 * plain, and reads it or says what is wrong. Text that Postgres cannot hold loses its NUL characters.
 */
export async function readLogLines(workspaceId: string, body: unknown): Promise<LogRow[]> {
  const isWhollyPlain = Array.isArray(body) && (await inSlices(body, sliceMax, allPlain)).every(Boolean);
  const lines = isWhollyPlain ? (body as LogCreate[]) : await thorough.read(body);
  return (await inSlices(lines, sliceMax, (slice) => slice.map((line) => rowOf(workspaceId, line)))).flat();
}

const allPlain = (slice: unknown[]): boolean => slice.every(isPlain);

function rowOf(workspaceId: string, line: LogCreate): LogRow {
  const id = newId();
  const { at, dated } = keptAt(withMicroseconds(line.timestamp), timeOfId(id)!);
  return {
    workspace_id: workspaceId,
    id,
    flow_run_id: line.flow_run_id?.toLowerCase() ?? null,
    task_run_id: line.task_run_id?.toLowerCase() ?? null,
    worker_id: line.worker_id?.toLowerCase() ?? null,
    timestamp: at,
    dated,
    level: line.level,
    name: withoutNul(line.name),
    message: withoutNul(line.message),
  };
}

function isPlain(given: unknown): given is LogCreate {
  if (typeof given !== 'object' || given === null) return false;
  const line = given as Record<string, unknown>;
  for (const key in line) if (!known.has(key)) return false;
  const { name, level, message, timestamp, flow_run_id, task_run_id, worker_id } = line;
  return (
    typeof name === 'string' &&
    typeof message === 'string' &&
    Number.isInteger(level) &&
    (level as number) >= levelMin &&
    (level as number) <= levelMax &&
    typeof timestamp === 'string' &&
    plainTime.test(timestamp) &&
    [flow_run_id, task_run_id, worker_id].every((id) => id == null || isUuid(id))
  );
}

const withoutNul = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text);

/** A line as it crosses the wire. */
export const logJson = (row: Omit<LogRow, 'workspace_id' | 'worker_id'>) => ({
  id: row.id,
  created: row.dated ?? row.timestamp,
  updated: row.dated ?? row.timestamp,
  name: row.name,
  level: row.level,
  message: row.message,
  timestamp: row.dated ?? row.timestamp,
  flow_run_id: row.flow_run_id,
  task_run_id: row.task_run_id,
});

/** Where a line is kept that says this of itself: ids of lines tell when they came in. */
export function placeOfLine({ timestamp, id }: { timestamp: string; id: string }) {
  const received = timeOfId(id);
  return { timestamp: received === null ? timestamp : keptAt(timestamp, received).at, id };
}

type Place = { timestamp: string; id: string };
export const isBefore = (one: Place, other: Place): boolean =>
  one.timestamp < other.timestamp || (one.timestamp === other.timestamp && one.id < other.id);

/** Before all ids of lines that come in at a moment. */
export function earliestIdAt(ms: number): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
