import type { LogFilter } from '@headgate/contracts/rest/logs';
import { sql, type RawBuilder } from 'kysely';
import { writtenSince, writtenUntil } from '../../core/days/kept-at.js';
import type { Db } from '../../core/db/db.js';
import { textFits } from '../events/index.js';
import { anyId, isNull, subFilter, type Predicate } from '../filters/index.js';
import { placeOfLine, type LogRow } from './log-lines.js';

type Line = Omit<LogRow, 'workspace_id' | 'worker_id'>;
const columns = sql`id, flow_run_id, task_run_id, timestamp, dated, level, name, message`;
const texts = sql`log.message || ' ' || log.name`;

function whereLog(filter: LogFilter): Predicate[] {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`log.${name}`);
  return [
    ...subFilter(filter.level, ({ ge_, le_ }) => [
      ...(ge_ != null ? [sql<boolean>`log.level >= ${ge_}::bigint`] : []),
      ...(le_ != null ? [sql<boolean>`log.level <= ${le_}::bigint`] : []),
    ]),
    ...subFilter(filter.timestamp, ({ after_, before_ }) => [
      ...(after_ ? [writtenSince(column('dated'), column('timestamp'), after_)] : []),
      ...(before_ ? [writtenUntil(column('dated'), column('timestamp'), before_)] : []),
    ]),
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

function logsOf(workspaceId: string, filter: LogFilter, { order, limit, offset = 0, after = null }: LogsPage) {
  const [direction, beyond] = order === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`];
  const place = after && placeOfLine(after);
  const rest = place
    ? [
        // Said twice: partitions are left out by the first alone.
        sql<boolean>`timestamp ${beyond}= ${place.timestamp}::timestamptz`,
        sql<boolean>`(timestamp, id) ${beyond} (${place.timestamp}::timestamptz, ${place.id}::uuid)`,
      ]
    : [];
  const conditions = [...subFilter(filter, whereLog), ...rest];
  const where = conditions.length > 0 ? sql`and ${sql.join(conditions, sql` and `)}` : sql``;
  return sql<Line>`select ${columns} from log where workspace_id = ${workspaceId} ${where} order by timestamp ${direction}, id ${direction} limit ${limit} offset ${offset}`;
}

export async function listLogs(db: Db, workspaceId: string, filter: LogFilter, page: LogsPage): Promise<Line[]> {
  return (await logsOf(workspaceId, filter, page).execute(db)).rows;
}

/** Lines in order, and whether there are more after them: a page ends by its number of lines or by their bytes. */
export type PageOfLines<L = Line> = { lines: L[]; more: boolean };

/** Of large lines few make a page, so that nobody has to hold, or to be told, more than that; one is always on it. */
const pageBytesMax = 512 * 1024;

/** As much of the lines, of which one more than `first` is asked for, as makes a page. How long a text is stands beside it: those beyond are not read. */
async function fitting(db: Db, lines: RawBuilder<Line>, order: 'asc' | 'desc', first: number): Promise<PageOfLines> {
  const inOrder = order === 'asc' ? sql`order by timestamp, id` : sql`order by timestamp desc, id desc`;
  const { rows } = await sql<Line & { within: number }>`
    select ${columns}, within from (
      select page.*, count(*) over ()::integer as within,
             coalesce(sum(octet_length(message) + octet_length(name)) over (
               ${inOrder} rows between unbounded preceding and 1 preceding), 0) as before
        from (${lines}) page) placed
     where before < ${pageBytesMax} ${inOrder}`.execute(db);
  const shown = rows.slice(0, first);
  return { lines: shown, more: (rows[0]?.within ?? 0) > shown.length };
}

export const pageOfLogs = (db: Db, workspaceId: string, filter: LogFilter, page: LogsPage): Promise<PageOfLines> =>
  fitting(db, logsOf(workspaceId, filter, { ...page, limit: page.limit + 1 }), page.order, page.limit);

/** Whose lines. */
export type LogsOf = { flowRunId: string } | { taskRunId: string };
/** From after a place; `first` are the most that are wanted. */
export type LogsOfRunPage = {
  after: LogPlace | null;
  minLevel?: number | null;
  search?: string | null;
  first: number;
};

const isOf = (of: LogsOf): RawBuilder<boolean> =>
  'taskRunId' in of ? sql`task_run_id = ${of.taskRunId}` : sql`flow_run_id = ${of.flowRunId}`;

/** Lines of a run in order. */
export function pageOfRun(
  db: Db,
  workspaceId: string,
  of: LogsOf,
  { after, minLevel = null, search, first }: LogsOfRunPage,
): Promise<PageOfLines> {
  const whose = isOf(of);
  const text = textFits(texts, search);
  const where = text.length > 0 ? sql`and ${sql.join(text, sql` and `)}` : sql``;
  const place = after && placeOfLine(after);
  const from = place ? sql`and (timestamp, id) > (${place.timestamp}::timestamptz, ${place.id}::uuid)` : sql``;
  const lines = sql<Line>`
          select ${columns} from log
           where workspace_id = ${workspaceId} and ${whose} ${from} and (${minLevel}::integer is null or level >= ${minLevel}::integer) ${where}
           order by timestamp, id limit ${first + 1}`;
  return fitting(db, lines, 'asc', first);
}

/** Where lines of a run are kept that came in after another one, up to a place: in the order in which they came in. */
export async function arrivedOfRun(
  db: Db,
  workspaceId: string,
  of: LogsOf,
  { since, upTo, first }: { since: string; upTo: LogPlace; first: number },
): Promise<LogPlace[]> {
  const { rows } = await sql<LogPlace>`
    select timestamp, id from log
     where workspace_id = ${workspaceId} and ${isOf(of)} and id > ${since}::uuid
       and (timestamp, id) <= (${upTo.timestamp}::timestamptz, ${upTo.id}::uuid)
     order by id limit ${first}`.execute(db);
  return rows;
}

/** The lines of a run that are kept at these places. */
export function linesAt(db: Db, workspaceId: string, of: LogsOf, places: LogPlace[]): Promise<PageOfLines> {
  const lines = sql<Line>`
    select ${columns} from log
     where workspace_id = ${workspaceId} and ${isOf(of)}
       and timestamp = any(${places.map(({ timestamp }) => timestamp)}::timestamptz[]) and id = any(${places.map(({ id }) => id)}::uuid[])`;
  return fitting(db, lines, 'asc', places.length);
}
