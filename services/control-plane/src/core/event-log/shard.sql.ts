import { sql, type RawBuilder } from 'kysely';

/** As many as the index `event_written` makes of the last bits of a workspace's id. */
export const shardCount = 16;

/** The shard of the log in which a workspace is, in the words of that index. */
export const shardOf = (workspaceId: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`(get_byte(uuid_send(${workspaceId}), 15) & 15)`;
