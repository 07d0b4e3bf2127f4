import { sql, type RawBuilder } from 'kysely';
import type { Predicate } from '../../filters/index.js';

/**
 * Along which index runs are found. Each of them is in the order of the expected start, so that a page is read and no
 * more; several keys are read side by side, a page of each.
 */
export type Along =
  | { by: 'time' }
  /** Among so many runs only, the first ones of the span. */
  | { by: 'nearest'; runs: number }
  /** Tags and parts of names. Whose workspace holds much of the table does not look the workspace up for each run. */
  | ({ by: 'words' } & Words)
  /** The same of a few days, which come in the wanted order. */
  | ({ by: 'days'; days: string[] } & Words)
  | { by: 'flow_id' | 'deployment_id'; ids: string[] }
  | { by: 'parent'; flowRunIds: string[] }
  | { by: 'state'; types: string[] | null; names: string[] | null };

type Words = { holdsMuch: boolean };

/** The part of time, and of the order, that is wanted; `after` is the last run of the page before. */
export type Span = {
  since?: string | null | undefined;
  until?: string | null | undefined;
  /** Like `until`, and itself included. */
  upTo?: string | null | undefined;
  after?: { key: string; id: string } | null | undefined;
};

/** What is looked for. */
export type Search = {
  workspaceId: string;
  /** Of `flow_run`, under its own name. */
  conditions: Predicate[];
  span: Span;
  newestFirst: boolean;
  limit: number;
  /** Of `flow_run`; whole rows when they are not named. */
  columns?: RawBuilder<unknown>;
};

/** And along which index. */
export type Look = Search & { along: Along };

const wholeRows = sql`flow_run.*`;

/** A select from flow_run: the first so many, along each key, in the order of their expected start. */
export function places(look: Look): RawBuilder<unknown> {
  const { along, columns = wholeRows } = look;
  if (along.by === 'state') return alongState(look, along);
  const order = inOrder(look, 'flow_run', 'id');
  const found = (more: Predicate[]) => sql`
    select ${columns} from flow_run
     where ${all([ofWorkspace(look.workspaceId), ...more, ...look.conditions, ...within(look, 'flow_run', 'id')])}
     order by ${order} limit ${look.limit}`;
  if (along.by === 'time') return found([]);
  if (along.by === 'nearest') {
    const near = nearest(look, sql`flow_run.*`, along.runs);
    return sql`select flow_run.* from (${near}) as flow_run where ${all(look.conditions)} order by ${order} limit ${look.limit}`;
  }
  if (along.by === 'words')
    return sql`select flow_run.* from (${matching(look, along)}) as flow_run where ${ofSpan(look)} order by ${order} limit ${look.limit}`;
  if (along.by === 'days') return alongDays(look, along);
  if (along.by === 'parent') {
    const ofTask = found([sql`flow_run.parent_task_run_id = key.id`]);
    return sql`
      select place.* from (
        select id from task_run where workspace_id = ${look.workspaceId} and flow_run_id = any(${along.flowRunIds}::uuid[])) as key
       cross join lateral (${ofTask}) place`;
  }
  const ofKey = found([sql`${sql.ref(`flow_run.${along.by}`)} = key.id`]);
  return sql`select place.* from unnest(${along.ids}::uuid[]) as key (id) cross join lateral (${ofKey}) place`;
}

/** The first so many runs of the span, whatever they are. */
export const nearest = (look: Search, columns: RawBuilder<unknown>, runs: number): RawBuilder<unknown> =>
  sql`select ${columns} from flow_run where ${ofSpan(look)} order by ${inOrder(look, 'flow_run', 'id')} limit ${sql.lit(runs)}`;

/** Day after day, until there are enough. */
function alongDays(look: Look, along: Along & { by: 'days' }): RawBuilder<unknown> {
  const days = sql`${along.days}::date[]`;
  const order = inOrder(look, 'flow_run', 'id');
  const ofDay = sql`
    select flow_run.id from (${matching(look, along, [sql`${day} = (${days})[step.n + 1]`])}) as flow_run
     where ${ofSpan(look)} order by ${order} limit ${look.limit}`;
  return sql`
    select flow_run.* from flow_run where ${ofWorkspace(look.workspaceId)} and flow_run.id = any((
      with recursive step (n, ids) as (
        select 0, '{}'::uuid[]
        union all
        select step.n + 1, step.ids || array(${ofDay}) from step
         where step.n < cardinality(${days}) and cardinality(step.ids) < ${look.limit})
      select ids from step order by n desc limit 1)::uuid[]) order by ${order} limit ${look.limit}`;
}

/** "offset 0" keeps the database from going along another index. */
const matching = (look: Search, { holdsMuch }: Words, more: Predicate[] = []) =>
  sql`select * from flow_run where ${all([...(holdsMuch ? [] : [ofWorkspace(look.workspaceId)]), ...look.conditions, ...more])} offset 0`;

/** The day of a run, as the index of words has it. */
const day = sql`(flow_run.expected_start_time at time zone 'UTC')::date`;

/** The first so many days of the span on which there are runs, found by stepping from one to the next. */
export function nearestDays(search: Search, days: number): RawBuilder<unknown> {
  const next = (beyond: Predicate) => sql`
    select ${day} from flow_run where ${ofSpan(search)} and ${beyond} order by ${inOrder(search, 'flow_run', 'id')} limit 1`;
  const beyond = search.newestFirst
    ? sql<boolean>`flow_run.expected_start_time < step.day::timestamp at time zone 'UTC'`
    : sql<boolean>`flow_run.expected_start_time >= (step.day + 1)::timestamp at time zone 'UTC'`;
  return sql`
    with recursive step (day) as (
      (${next(sql`true`)})
      union all
      select (${next(beyond)}) from step where step.day is not null)
    select day::text from (select day from step limit ${sql.lit(days)}) as step where day is not null`;
}

/** What is asked of runs of the workspace, at whatever time. */
export const conditionsOf = ({ workspaceId, conditions }: Search): RawBuilder<unknown> =>
  all([ofWorkspace(workspaceId), ...conditions]);

const ofWorkspace = (workspaceId: string): Predicate => sql`flow_run.workspace_id = ${workspaceId}`;
const ofSpan = (look: Search) => all([ofWorkspace(look.workspaceId), ...within(look, 'flow_run', 'id')]);

function alongState(look: Look, along: Along & { by: 'state' }): RawBuilder<unknown> {
  const order = inOrder(look, 'at', 'flow_run_id');
  const ofState = sql`
    select ${look.columns ?? wholeRows} from flow_run_by_state at join flow_run on flow_run.workspace_id = at.workspace_id and flow_run.id = at.flow_run_id
     where ${all([sql`at.workspace_id = ${look.workspaceId} and at.state_type = key.type and at.state_name = key.name`, ...look.conditions, ...within(look, 'at', 'flow_run_id')])}
     order by ${order} limit ${look.limit}`;
  return sql`select place.* from (${statesOf(look.workspaceId, along)}) as key (type, name) cross join lateral (${ofState}) place`;
}

const allTypes = [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CRASHED',
  'CANCELLED',
  'CANCELLING',
  'PAUSED',
];

/** The pairs of type and name to look at. Which names a type has is found by stepping from one to the next. */
function statesOf(workspaceId: string, { types, names }: Along & { by: 'state' }): RawBuilder<unknown> {
  if (names)
    return sql`select type, name from unnest(${types ?? allTypes}::text[]) type cross join unnest(${names}::text[]) name`;
  const next = (beyond: Predicate) => sql`
    select at.state_name from flow_run_by_state at
     where at.workspace_id = ${workspaceId} and at.state_type = step.type and ${beyond} order by at.state_name limit 1`;
  return sql`
    with recursive step (type, name) as (
      select step.type, (${next(sql`true`)}) from unnest(${types ?? allTypes}::text[]) as step (type)
      union all
      select step.type, (${next(sql`at.state_name > step.name`)}) from step where step.name is not null)
    select type, name from step where name is not null`;
}

const all = (conditions: Predicate[]) => sql.join(conditions, sql` and `);

export function inOrder({ newestFirst }: Search, table: string, id: string): RawBuilder<unknown> {
  const direction = newestFirst ? sql`desc` : sql`asc`;
  return sql`${sql.ref(`${table}.expected_start_time`)} ${direction}, ${sql.ref(`${table}.${id}`)} ${direction}`;
}

function within({ span, newestFirst }: Search, table: string, id: string): Predicate[] {
  const expected = sql.ref(`${table}.expected_start_time`);
  const beyond = newestFirst ? sql`<` : sql`>`;
  return [
    ...(span.since ? [sql<boolean>`${expected} >= ${span.since}::timestamptz`] : []),
    ...(span.until ? [sql<boolean>`${expected} < ${span.until}::timestamptz`] : []),
    ...(span.upTo ? [sql<boolean>`${expected} <= ${span.upTo}::timestamptz`] : []),
    ...(span.after
      ? [
          sql<boolean>`(${expected}, ${sql.ref(`${table}.${id}`)}) ${beyond} (${span.after.key}::timestamptz, ${span.after.id}::uuid)`,
        ]
      : []),
  ];
}
