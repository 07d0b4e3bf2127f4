import { fixed } from '../../../core/db/fixed.js';

export type TeardownRow = {
  message_id: string;
  work_queue_id: string | null;
  flow_run_id: string;
  infrastructure_pid: string;
  deliveries: number;
  token: string;
  lease_until: string;
};

/** The row of a message whose delivery is out, by what proves it. */
const current = `workspace_id = $1 and work_pool_id = $2 and message_id = $3 and token::text = $4 and lease_until > now()`;

/**
 * Gives a worker what waits in its pool, what belongs to its queues first, as far as it may have more at once.
 * $1 workspace, $2 pool, $3 consumer, $4 its queues, $5 how many it may have, $6 lease seconds, $7 deliveries at most
 */
export const reserveTeardowns = fixed<TeardownRow>(
  'teardown.reserve',
  `with next as materialized (
    select workspace_id, message_id from run_teardown
     where workspace_id = $1 and work_pool_id = $2 and (lease_until is null or lease_until <= now()) and deliveries < $7
     order by coalesce(work_queue_id = any ($4::uuid[]), false) desc, message_id
     limit greatest(0, $5::bigint - (
       select count(*) from run_teardown held
        where held.workspace_id = $1 and held.work_pool_id = $2 and held.consumer_id = $3 and held.lease_until > now()))
     for update skip locked)
  update run_teardown t
     set deliveries = t.deliveries + 1, token = gen_random_uuid(), consumer_id = $3,
         lease_until = now() + $6::double precision * interval '1 second'
    from next where t.workspace_id = next.workspace_id and t.message_id = next.message_id
  returning t.message_id, t.work_queue_id, t.flow_run_id, t.infrastructure_pid, t.deliveries, t.token, t.lease_until`,
);

/** $1 workspace, $2 pool, $3 message, $4 token. Answers a row when it was done. */
export const ackTeardown = fixed<{ message_id: string }>(
  'teardown.ack',
  `delete from run_teardown where ${current} returning message_id`,
);

/** $1 workspace, $2 pool, $3 message, $4 token, $5 lease seconds. Answers a row when it was done. */
export const renewTeardown = fixed<{ lease_until: string }>(
  'teardown.renew',
  `update run_teardown set lease_until = now() + $5::double precision * interval '1 second' where ${current} returning lease_until`,
);

/** $1 workspace, $2 pool, $3 message, $4 token, $5 deliveries at most. Answers a row when it was done. */
export const releaseTeardown = fixed<{ flow_run_id: string; dead: boolean }>(
  'teardown.release',
  `with ended as (
    delete from run_teardown where ${current} and deliveries >= $5 returning flow_run_id),
  freed as (
    update run_teardown set token = null, consumer_id = null, lease_until = null where ${current} and deliveries < $5 returning flow_run_id)
  select flow_run_id, true as dead from ended union all select flow_run_id, false from freed`,
);

/** How a message stands, for who cannot have what was asked. $1 workspace, $2 message, $3 token */
export const teardownStanding = fixed<{
  work_pool_id: string;
  is_out: boolean;
  is_token_right: boolean;
  deliveries: number;
}>(
  'teardown.standing',
  `select work_pool_id, lease_until is not null as is_out, coalesce(token::text = $3, false) as is_token_right, deliveries
     from run_teardown where workspace_id = $1 and message_id = $2`,
);

type OverdueTeardown = {
  workspace_id: string;
  work_pool_id: string;
  message_id: string;
  flow_run_id: string;
  dead: boolean;
};

/** Takes back what workers did not answer for; what was delivered often enough ends. $1 deliveries at most, $2 limit */
export const takeBackOverdue = fixed<OverdueTeardown>(
  'teardown.take-back-overdue',
  `with overdue as materialized (
    select workspace_id, message_id, deliveries >= $1 as dead from run_teardown where lease_until <= now()
     order by lease_until limit $2 for update skip locked),
  ended as (
    delete from run_teardown t using overdue o where o.dead and t.workspace_id = o.workspace_id and t.message_id = o.message_id
    returning t.workspace_id, t.work_pool_id, t.message_id, t.flow_run_id),
  freed as (
    update run_teardown t set token = null, consumer_id = null, lease_until = null
      from overdue o where not o.dead and t.workspace_id = o.workspace_id and t.message_id = o.message_id
    returning t.workspace_id, t.work_pool_id, t.message_id, t.flow_run_id)
  select *, true as dead from ended union all select *, false from freed`,
);

/** What no worker asked for in so long is not worth asking for. $1 days */
export const forgetOldTeardowns = fixed<{ forgotten: number }>(
  'teardown.forget-old',
  `with gone as (delete from run_teardown where created < now() - $1::integer * interval '1 day' returning 1)
   select count(*) as forgotten from gone`,
);
