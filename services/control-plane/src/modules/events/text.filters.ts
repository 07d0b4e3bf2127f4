import { sql, type RawBuilder } from 'kysely';
import type { Predicate } from '../filters/index.js';
import { parseTextQuery } from './text-query.js';

/**
 * What a text search asks of the texts of a row, however many terms it has: they are worked out once. Postgres and
 * JavaScript do not agree about the case of every letter: both sides are put into lower case by one of them.
 */
export function textFits(texts: RawBuilder<unknown>, query: string | null | undefined): Predicate[] {
  const { any, all, none } = parseTextQuery(query ?? '');
  const conditions = [
    ...(any.length > 0 ? [sql`(${sql.join(any.map(isIn), sql` or `)})`] : []),
    ...all.map(isIn),
    ...none.map((term) => sql`not ${isIn(term)}`),
  ];
  if (conditions.length === 0) return [];
  // Without the offset Postgres would put the expression in the place of its name again, once for each term.
  return [
    sql<boolean>`exists (select from (select lower(${texts}) as text offset 0) searched where ${sql.join(conditions, sql` and `)})`,
  ];
}

const isIn = (term: string) => sql`position(lower(${term}) in searched.text) > 0`;
