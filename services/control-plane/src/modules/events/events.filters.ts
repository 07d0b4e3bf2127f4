import {
  hasWildcard,
  type EventFilter,
  type EventLabels,
  type EventRelatedFilter,
  type EventResourceFilter,
} from '@headgate/contracts/rest/events';
import { sql, type RawBuilder } from 'kysely';
import { beginningOf } from '../filters/index.js';
import { textFits } from './text.filters.js';

type Condition = RawBuilder<boolean>;
type Json = RawBuilder<unknown>;
type Texts = string[] | null | undefined;

/** Empty lists, like nulls, are no constraint. */
const oneOf = (column: Json, texts: Texts): Condition[] =>
  texts?.length ? [sql`${column} = any(${texts}::text[])`] : [];
const noneOf = (column: Json, texts: Texts): Condition[] =>
  texts?.length ? [sql`${column} <> all(${texts}::text[])`] : [];
/** Asked of the row itself, and so before what is dear: what is asked of a subquery comes after the texts are looked through. */
const beginsWith = (column: Json, prefixes: Texts): Condition[] =>
  prefixes?.length ? [sql`${column} ^@ any(${prefixes}::text[])`] : [];
const not = (conditions: Condition[]): Condition[] => conditions.map((condition) => sql<boolean>`not ${condition}`);
const all = (conditions: Condition[]): Condition =>
  conditions.length > 0 ? sql`(${sql.join(conditions, sql` and `)})` : sql`true`;
const any = (conditions: Condition[]): Condition =>
  conditions.length > 0 ? sql`(${sql.join(conditions, sql` or `)})` : sql`false`;
const listOf = <T>(value: T | T[] | null | undefined): T[] => (value == null ? [] : ([value].flat() as T[]));

const wildcards: Record<string, string> = { '*': '%', '?': '_' };
const asLike = (pattern: string): string => pattern.replaceAll(/[*?\\%_]/g, (each) => wildcards[each] ?? `\\${each}`);

/** A label that is not there fits no value, not even what must not be. However many values, it is looked up four times at most. */
function labelFits(label: Json, values: string[]): Condition {
  const isNone = (value: string) => value.startsWith('!');
  const some = values.filter((each) => !isNone(each));
  const none = values.filter(isNone).map((each) => each.slice(1));
  const texts = (list: string[]) => list.filter((each) => !hasWildcard(each));
  const patterns = (list: string[]) => list.filter(hasWildcard).map(asLike);
  const ifAny = (list: string[], condition: (list: string[]) => Condition) =>
    list.length > 0 ? [condition(list)] : [];
  return any([
    ...ifAny(texts(some), (list) => sql`${label} = any(${list}::text[])`),
    ...ifAny(patterns(some), (list) => sql`${beginningOf(label)} like any(${list}::text[])`),
    ...ifAny(texts(none), (list) => sql`${label} <> any(${list}::text[])`),
    ...ifAny(patterns(none), (list) => sql`${beginningOf(label)} not like any(${list}::text[])`),
  ]);
}

const labelsFit = (resource: Json, labels: EventLabels): Condition[] =>
  Object.entries(labels ?? {}).map(([label, values]) => labelFits(sql`(${resource} ->> ${label})`, listOf(values)));

/** The conditions over one resource, which have to hold together. */
const resourceFits = (resource: Json, id: Json, filter: EventResourceFilter): Condition[] => [
  ...oneOf(id, filter.id),
  ...beginsWith(id, filter.id_prefix),
  ...labelsFit(resource, filter.labels),
];

const relatedId = sql`(r ->> 'prefect.resource.id')`;
const relatedRole = sql`(r ->> 'prefect.resource.role')`;
const someRelated = (conditions: Condition[]): Condition =>
  sql`exists (select from jsonb_array_elements(event.related) r where ${all(conditions)})`;

function relatedFits({ id, role, resources_in_roles: pairs, labels }: EventRelatedFilter): Condition[] {
  const conditions = [
    ...oneOf(relatedId, id),
    ...oneOf(relatedRole, role),
    ...(pairs?.length
      ? [
          sql<boolean>`(${relatedId}, ${relatedRole}) in (select * from unnest(${pairs.map(([id]) => id)}::text[], ${pairs.map(([, role]) => role)}::text[]))`,
        ]
      : []),
    ...labelsFit(sql`r`, labels),
  ];
  return conditions.length > 0 ? [someRelated(conditions)] : [];
}

function anyResourceFits(filter: EventResourceFilter): Condition[] {
  const primary = resourceFits(sql`event.resource`, sql`event.resource_id`, filter);
  if (primary.length === 0) return [];
  return [any([all(primary), someRelated(resourceFits(sql`r`, relatedId, filter))])];
}

const texts = sql`concat(event.event, ' ', event.resource, ' ', event.related, ' ', event.payload)`;

/** What a filter asks of `storedEvents`, but for when they occurred. */
export function eventFits(filter: EventFilter): Condition {
  const { event: name, resource } = filter;
  return all([
    ...(filter.id?.id?.length ? [sql<boolean>`event.id = any(${filter.id.id}::uuid[])`] : []),
    ...beginsWith(sql`event.event`, name?.prefix),
    ...not(beginsWith(sql`event.event`, name?.exclude_prefix)),
    ...oneOf(sql`event.event`, name?.name),
    ...noneOf(sql`event.event`, name?.exclude_name),
    ...(resource ? resourceFits(sql`event.resource`, sql`event.resource_id`, resource) : []),
    ...listOf(filter.related).flatMap(relatedFits),
    ...listOf(filter.any_resource).flatMap(anyResourceFits),
    ...textFits(texts, filter.text?.query),
  ]);
}
