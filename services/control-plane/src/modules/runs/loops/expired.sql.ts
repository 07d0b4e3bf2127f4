import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import { fixed } from '../../../core/db/fixed.js';

/** A state in which runs of a workspace stand. */
export type Kind = { workspace_id: string; state_type: string; state_name: string };
/** A run in the order of the expected start. */
export type Place = { expected: string; id: string };

/** Before the first state of the first workspace, and before the first run. */
export const firstKind: Kind = {
  workspace_id: '00000000-0000-0000-0000-000000000000',
  state_type: '',
  state_name: '',
};
export const firstPlace: Place = { expected: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

/**
 * In which states of which workspaces there are runs that ended and were expected so many days ago. The states are found
 * by hopping through the index, so that a look costs what there is of states, not of runs. Parameters: days, limit, and
 * the state after which to begin.
 */
export const expiredKinds = fixed<Kind>(
  'loop.expired-kinds',
  `with recursive kinds as (
     (select workspace_id, state_type, state_name from flow_run_by_state
       where (workspace_id, state_type, state_name) > ($3::uuid, $4::text, $5::text) order by 1, 2, 3 limit 1)
     union all
     select next.* from kinds k cross join lateral (
       select s.workspace_id, s.state_type, s.state_name from flow_run_by_state s
        where (s.workspace_id, s.state_type, s.state_name) > (k.workspace_id, k.state_type, k.state_name)
        order by 1, 2, 3 limit 1) next)
   select k.* from kinds k
    where k.state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')
      and exists (
        select from flow_run_by_state s
         where s.workspace_id = k.workspace_id and s.state_type = k.state_type and s.state_name = k.state_name
           and s.expected_start_time < now() - $1::double precision * interval '1 day')
    limit $2`,
);

type Look = { ids: string[]; last: Place | null };

/**
 * Looks at the next so many runs of a state, after a place, and locks those that ended so many days ago and that nobody
 * else has locked. What a later statement of the transaction sees of them cannot change any more. Answers the ids of
 * these, and the last place that was looked at: none when that was the last that may have expired.
 */
export async function lockExpired(tx: Db, kind: Kind, after: Place, days: number, limit: number): Promise<Look> {
  const { workspace_id: workspaceId, state_type: type, state_name: name } = kind;
  const before = sql`now() - ${days}::double precision * interval '1 day'`;
  const { rows } = await sql<{ ids: string[]; looked: number; expected: string; id: string }>`
    with seen as materialized (
      select expected_start_time, flow_run_id from flow_run_by_state
       where workspace_id = ${workspaceId} and state_type = ${type} and state_name = ${name}
         and (expected_start_time, flow_run_id) > (${after.expected}::timestamptz, ${after.id}::uuid) and expected_start_time < ${before}
       order by expected_start_time, flow_run_id limit ${limit}),
    locked as (
      select id from flow_run
       where workspace_id = ${workspaceId} and id = any(array(select flow_run_id from seen))
         and state_type = ${type} and state_name = ${name} and end_time < ${before}
       order by id for update skip locked),
    last as (select * from seen order by expected_start_time desc, flow_run_id desc limit 1)
    select array(select id from locked) as ids, (select count(*) from seen) as looked,
           (select expected_start_time from last) as expected, (select flow_run_id from last) as id`.execute(tx);
  const [{ ids, looked, expected, id }] = rows as [(typeof rows)[number]];
  return { ids, last: looked === limit ? { expected, id } : null };
}
