import { matchedMax } from '@headgate/contracts/rest/common';
import { sql, type RawBuilder } from 'kysely';

export type Predicate = RawBuilder<boolean>;
type Column = RawBuilder<unknown>;
type Operator = 'and_' | 'or_' | null | undefined;

/** The operators of the wire's sub-filters over a column. An operator that is absent makes no predicate. */

type Times = {
  before_?: string | null | undefined;
  after_?: string | null | undefined;
  is_null_?: boolean | null | undefined;
};

/** `any_`: an empty list matches nothing. `not_any_`: an empty list is ignored, and a row without a value never matches. */
export const anyId = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list ? [sql`${column} = any(${list}::uuid[])`] : [];
export const notAnyId = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list?.length ? [sql`${column} <> all(${list}::uuid[])`] : [];
export const anyText = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list ? [sql`${column} = any(${list}::text[])`] : [];
export const notAnyText = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list?.length ? [sql`${column} <> all(${list}::text[])`] : [];
export const isNull = (column: Column, wanted: boolean | null | undefined): Predicate[] =>
  typeof wanted === 'boolean' ? [wanted ? sql`${column} is null` : sql`${column} is not null`] : [];
/** Whether a condition holds, or whether it does not. */
export const holds = (condition: Predicate, wanted: boolean | null | undefined): Predicate[] =>
  typeof wanted === 'boolean' ? [wanted ? condition : sql`not (${condition})`] : [];

/** `%` and `_` stand for any characters, as they do on the wire; a backslash is one. */
const asPattern = (text: string) => text.replaceAll('\\', '\\\\');
/** What patterns are compared with. */
export const beginningOf = (column: Column): RawBuilder<string> => sql`left(${column}, ${sql.lit(matchedMax)})`;
/** `like_`: a part, in any case; empty text is ignored. */
export const like = (column: Column, text: string | null | undefined): Predicate[] =>
  likeAll(beginningOf(column), text);
/** The same of a column that is never longer than what is compared, and has an index. */
export const likeAll = (column: Column, text: string | null | undefined): Predicate[] =>
  text ? [sql`${column} ilike ${`%${asPattern(text)}%`}`] : [];
/** `startswith_`: one of several beginnings, in any case; an empty list is ignored. */
export const startsWith = (column: Column, beginnings: string[] | null | undefined): Predicate[] =>
  beginnings?.length
    ? [sql`${beginningOf(column)} ilike any(${beginnings.map((text) => `${asPattern(text)}%`)}::text[])`]
    : [];

export const between = (column: Column, times: Times | null | undefined): Predicate[] => [
  ...(times?.before_ ? [sql<boolean>`${column} <= ${times.before_}::timestamptz`] : []),
  ...(times?.after_ ? [sql<boolean>`${column} >= ${times.after_}::timestamptz`] : []),
  ...isNull(column, times?.is_null_),
];

type Tags = {
  operator?: Operator;
  all_?: string[] | null | undefined;
  any_?: string[] | null | undefined;
  is_null_?: boolean | null | undefined;
};

export const tagged = (column: Column, tags: Tags | null | undefined): Predicate[] =>
  subFilter(tags, ({ all_, any_, is_null_ }) => [
    ...(all_?.length ? [sql<boolean>`${column} @> ${all_}::text[]`] : []),
    ...(any_ ? [sql<boolean>`${column} && ${any_}::text[]`] : []),
    ...holds(sql`cardinality(${column}) = 0`, is_null_),
  ]);

/** What a filter says that asks for nothing. It is not nothing: under `or_` it lets every row through. */
const everything: Predicate = sql`true`;
export const asksForSomething = (predicate: Predicate): boolean => predicate !== everything;

/** A sub-filter, or a whole filter, as one predicate; none when it is absent. */
export function subFilter<F extends object>(
  filter: F | null | undefined,
  predicatesOf: (filter: F) => Predicate[],
): Predicate[] {
  return filter ? [joined((filter as { operator?: Operator }).operator, predicatesOf(filter))] : [];
}

function joined(operator: Operator, predicates: Predicate[]): Predicate {
  const telling = predicates.filter(asksForSomething);
  if (telling.length === 0 || (operator === 'or_' && telling.length < predicates.length)) return everything;
  if (telling.length === 1) return telling[0]!;
  return sql`(${sql.join(telling, operator === 'or_' ? sql` or ` : sql` and `)})`;
}

/** Predicates under one operator, for filters that are put together by hand. */
export function combined(operator: Operator, predicates: Predicate[]): Predicate[] {
  return [joined(operator, predicates)].filter(asksForSomething);
}
