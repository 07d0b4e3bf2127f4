import { sql, type RawBuilder } from 'kysely';

export type Predicate = RawBuilder<boolean>;
type Column = RawBuilder<unknown>;

/** The operators of the wire's sub-filters over a column. An operator that is absent makes no predicate. */

type Times = {
  before_?: string | null | undefined;
  after_?: string | null | undefined;
  is_null_?: boolean | null | undefined;
};

/** `any_`: an empty list matches nothing. `not_any_`: an empty list is ignored. */
export const anyId = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list ? [sql`${column} = any(${list}::uuid[])`] : [];
export const notAnyId = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list?.length ? [sql`(${column} is null or ${column} <> all(${list}::uuid[]))`] : [];
export const anyText = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list ? [sql`${column} = any(${list}::text[])`] : [];
export const notAnyText = (column: Column, list: string[] | null | undefined): Predicate[] =>
  list?.length ? [sql`(${column} is null or ${column} <> all(${list}::text[]))`] : [];
export const isNull = (column: Column, wanted: boolean | null | undefined): Predicate[] =>
  typeof wanted === 'boolean' ? [wanted ? sql`${column} is null` : sql`${column} is not null`] : [];

const escaped = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&');
/** `like_`: a substring, in any case; empty text is ignored. */
export const like = (column: Column, text: string | null | undefined): Predicate[] =>
  text ? [sql`${column} ilike ${`%${escaped(text)}%`}`] : [];

export const between = (column: Column, times: Times | null | undefined): Predicate[] => [
  ...(times?.before_ ? [sql<boolean>`${column} <= ${times.before_}::timestamptz`] : []),
  ...(times?.after_ ? [sql<boolean>`${column} >= ${times.after_}::timestamptz`] : []),
  ...isNull(column, times?.is_null_),
];

type Tags = {
  operator?: 'and_' | 'or_' | undefined;
  all_?: string[] | null | undefined;
  any_?: string[] | null | undefined;
  is_null_?: boolean | null | undefined;
};

export const tagged = (column: Column, tags: Tags | null | undefined): Predicate[] =>
  combined(tags?.operator, [
    ...(tags?.all_?.length ? [sql<boolean>`${column} @> ${tags.all_}::text[]`] : []),
    ...(tags?.any_ ? [sql<boolean>`${column} && ${tags.any_}::text[]`] : []),
    ...(typeof tags?.is_null_ === 'boolean'
      ? [tags.is_null_ ? sql<boolean>`cardinality(${column}) = 0` : sql<boolean>`cardinality(${column}) > 0`]
      : []),
  ]);

/** One predicate for all of a sub-filter's; none when there is none. */
export function combined(operator: 'and_' | 'or_' | null | undefined, predicates: Predicate[]): Predicate[] {
  if (predicates.length <= 1) return predicates;
  return [sql`(${sql.join(predicates, operator === 'or_' ? sql` or ` : sql` and `)})`];
}
