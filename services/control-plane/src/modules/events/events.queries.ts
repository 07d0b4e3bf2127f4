import type { EventFilter } from '@headgate/contracts/rest/events';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../../core/db/db.js';
import type { WireEvent } from '../../core/events/events.js';

const columns = sql`id, occurred, received, event, resource, related, payload, follows`;

/** What of a filter the database can decide cheaply; the rest is decided by `matchesEvent`. */
function cheapPart(filter: EventFilter): RawBuilder<boolean>[] {
  const { event, resource, id } = filter;
  const names = (event?.name ?? []).filter((each) => !each.includes('*'));
  const plainNames = event?.name?.length && names.length === event.name.length && !event.prefix?.length;
  const resourceIds = resource?.id?.length && resource.id.every((each) => !each.includes('*')) ? resource.id : null;
  return [
    ...(plainNames ? [sql<boolean>`event = any(${names}::text[])`] : []),
    ...(event?.prefix?.length && !event.name?.length
      ? [sql<boolean>`exists (select from unnest(${event.prefix}::text[]) prefix where starts_with(event, prefix))`]
      : []),
    ...(resourceIds ? [sql<boolean>`resource_id = any(${resourceIds}::text[])`] : []),
    ...(id?.id?.length ? [sql<boolean>`id = any(${id.id}::uuid[])`] : []),
  ];
}

export type Place = { occurred: string; id: string };

/** Events of a span of time in order, from after a place; at most so many. */
export async function readEvents(
  db: Db,
  workspaceId: string,
  filter: EventFilter,
  span: { since: string; until: string; after: Place | null; order: 'ASC' | 'DESC'; limit: number },
): Promise<WireEvent[]> {
  const { since, until, after, order, limit } = span;
  const direction = sql.raw(order);
  const beyond = order === 'ASC' ? sql.raw('>') : sql.raw('<');
  const from = after ? sql`and (occurred, id) ${beyond} (${after.occurred}::timestamptz, ${after.id}::uuid)` : sql``;
  const cheap = cheapPart(filter);
  const where = cheap.length > 0 ? sql`and ${sql.join(cheap, sql` and `)}` : sql``;
  const { rows } = await sql<WireEvent>`
    select ${columns} from event
     where workspace_id = ${workspaceId} and occurred >= ${since}::timestamptz and occurred <= ${until}::timestamptz ${from} ${where}
     order by occurred ${direction}, id ${direction} limit ${limit}`.execute(db);
  return rows;
}

/** What came in lately, in the order in which it came. */
export async function readReceivedSince(
  db: Db,
  workspaceId: string,
  since: string,
  limit: number,
): Promise<WireEvent[]> {
  const { rows } = await sql<WireEvent>`
    select ${columns} from event where workspace_id = ${workspaceId} and received >= ${since}::timestamptz order by received, occurred limit ${limit}`.execute(
    db,
  );
  return rows;
}
