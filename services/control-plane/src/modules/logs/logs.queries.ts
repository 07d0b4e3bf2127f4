import type { LogFilter } from '@headgate/contracts/rest/logs';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../core/db/db.js';
import { textFits } from '../events/index.js';
import { anyId, between, isNull, subFilter, type Predicate } from '../filters/index.js';
import type { LogRow } from './log-lines.js';

type Line = Omit<LogRow, 'workspace_id' | 'worker_id'>;
const columns = sql`id, flow_run_id, task_run_id, timestamp, level, name, message`;
const texts = sql`log.message || ' ' || log.name`;

function whereLog(filter: LogFilter): Predicate[] {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`log.${name}`);
  return [
    ...subFilter(filter.level, ({ ge_, le_ }) => [
      ...(ge_ != null ? [sql<boolean>`log.level >= ${ge_}::bigint`] : []),
      ...(le_ != null ? [sql<boolean>`log.level <= ${le_}::bigint`] : []),
    ]),
    ...subFilter(filter.timestamp, (times) => between(column('timestamp'), times)),
    ...subFilter(filter.flow_run_id, ({ any_ }) => anyId(column('flow_run_id'), any_)),
    ...subFilter(filter.task_run_id, ({ any_, is_null_ }) => [
      ...anyId(column('task_run_id'), any_),
      ...isNull(column('task_run_id'), is_null_),
    ]),
    ...textFits(texts, filter.text?.query),
  ];
}

export type LogPlace = { timestamp: string; id: string };

/** In the order of time, from after a place. */
export type LogsPage = { order: 'asc' | 'desc'; limit: number; offset?: number; after?: LogPlace | null };

export async function listLogs(
  db: Db,
  workspaceId: string,
  filter: LogFilter,
  { order, limit, offset = 0, after = null }: LogsPage,
): Promise<Line[]> {
  const [direction, beyond] = order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`];
  const rest = after
    ? [
        // Said twice: partitions are left out by the first alone.
        sql<boolean>`timestamp ${beyond}= ${after.timestamp}::timestamptz`,
        sql<boolean>`(timestamp, id) ${beyond} (${after.timestamp}::timestamptz, ${after.id}::uuid)`,
      ]
    : [];
  const conditions = [...subFilter(filter, whereLog), ...rest];
  const where = conditions.length > 0 ? sql`and ${sql.join(conditions, sql` and `)}` : sql``;
  const { rows } =
    await sql<Line>`select ${columns} from log where workspace_id = ${workspaceId} ${where} order by timestamp ${direction}, id ${direction} limit ${limit} offset ${offset}`.execute(
      db,
    );
  return rows;
}

/** Whose lines. */
export type LogsOf = { flowRunId: string } | { taskRunId: string };

/** Lines of a run in order, from after a place. */
export async function listLogsOfRun(
  db: Db,
  workspaceId: string,
  of: LogsOf,
  by: { after: LogPlace | null; minLevel: number | null; search: string | null; first: number },
): Promise<Line[]> {
  const whose = 'taskRunId' in of ? sql`task_run_id = ${of.taskRunId}` : sql`flow_run_id = ${of.flowRunId}`;
  const text = textFits(texts, by.search);
  const where = text.length > 0 ? sql`and ${sql.join(text, sql` and `)}` : sql``;
  const from = by.after ? sql`and (timestamp, id) > (${by.after.timestamp}::timestamptz, ${by.after.id}::uuid)` : sql``;
  const { rows } = await sql<Line>`
    select ${columns} from log
     where workspace_id = ${workspaceId} and ${whose} ${from} and (${by.minLevel}::integer is null or level >= ${by.minLevel}::integer) ${where}
     order by timestamp, id limit ${by.first}`.execute(db);
  return rows;
}
