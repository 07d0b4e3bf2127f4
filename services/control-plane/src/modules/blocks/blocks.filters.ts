import type { BlockDocumentFilter, BlockSchemaFilter, BlockTypeFilter } from '@headgate/contracts/rest/blocks';
import { sql } from 'kysely';
import { anyId, anyText, beginningOf, combined, like, type Predicate } from '../filters/index.js';

/** Over the columns of a type, as `t`. */
export const whereType = (filter: BlockTypeFilter | undefined): Predicate[] => [
  ...like(sql`t.name`, filter?.name?.like_),
  ...anyText(sql`t.slug`, filter?.slug?.any_),
];

/** Over the columns of a schema, as `s`. */
export function whereSchema(filter: BlockSchemaFilter | undefined): Predicate[] {
  const capabilities = filter?.block_capabilities?.all_;
  return combined(filter?.operator, [
    ...anyId(sql`s.block_type_id`, filter?.block_type_id?.any_),
    ...(capabilities?.length ? [sql<boolean>`s.capabilities @> ${capabilities}::text[]`] : []),
    ...anyId(sql`s.id`, filter?.id?.any_),
    ...anyText(sql`s.version`, filter?.version?.any_),
  ]);
}

/** Over the columns of a document, as `d`. Who does not speak of anonymous ones does not see them. */
export function whereDocument(filter: BlockDocumentFilter = {}): Predicate[] {
  const { name, is_anonymous: anonymous } = filter;
  const wanted = anonymous === undefined ? false : anonymous?.eq_;
  return combined(filter.operator, [
    ...anyId(sql`d.id`, filter.id?.any_),
    ...(typeof wanted === 'boolean' ? [wanted ? sql<boolean>`d.is_anonymous` : sql<boolean>`not d.is_anonymous`] : []),
    ...anyId(sql`d.block_type_id`, filter.block_type_id?.any_),
    ...anyText(sql`d.name`, name?.any_),
    // The wire lets this one have wildcards of its own.
    ...(name?.like_ ? [sql<boolean>`${beginningOf(sql`d.name`)} ilike ${`%${name.like_}%`}`] : []),
  ]);
}

/** ` and …` for each predicate. */
export const and = (predicates: Predicate[]) =>
  predicates.length > 0 ? sql`and ${sql.join(predicates, sql` and `)}` : sql``;
