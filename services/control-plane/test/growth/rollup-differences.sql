-- Where the figures that are kept (flow_run_tally with the changes in flow_run_count, and flow_run_by_state) say another
-- thing than the runs. Nothing, at any moment.
with levels as (
  select '00000000-0000-0000-0000-000000000000'::uuid as whole, '00000000-0000-0000-0000-000000000001'::uuid as days,
         '00000000-0000-0000-0000-000000000002'::uuid as made_hours, '00000000-0000-0000-0000-000000000003'::uuid as made_days),
kept as (
  select workspace_id, deployment_id, hour, state_type, runs, started from flow_run_tally
  union all
  select c.workspace_id, level.deployment_id, level.hour, level.state_type, c.delta, level.started
    from flow_run_count c, levels,
         lateral (values (whole, c.hour, c.state_type, c.started), (whole, '-infinity', c.state_type, c.started), (c.deployment_id, '-infinity', c.state_type, c.started),
                         (days, date_trunc('day', c.hour, 'UTC'), c.state_type, c.started),
                         (made_hours, c.made, '', 0), (made_days, date_trunc('day', c.made, 'UTC'), '', 0)) level (deployment_id, hour, state_type, started)
   where level.deployment_id is not null and level.hour is not null),
counted as (
  select r.workspace_id, level.deployment_id, level.hour, level.state_type, 1 as runs, (r.start_time is not null and level.state_type <> '')::integer as started
    from (select *, to_timestamp(('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint / 3600000 * 3600) as made from flow_run) r, levels,
         lateral (values (whole, date_trunc('hour', r.expected_start_time), r.state_type), (whole, '-infinity', r.state_type), (r.deployment_id, '-infinity', r.state_type),
                         (days, date_trunc('day', r.expected_start_time, 'UTC'), r.state_type),
                         (made_hours, r.made, ''), (made_days, date_trunc('day', r.made, 'UTC'), '')) level (deployment_id, hour, state_type)
   where level.deployment_id is not null and r.state_type is not null),
known as (
  select workspace_id, id from deployment
  union all
  select w.id, level.id from workspace w, levels, lateral (values (whole), (days), (made_hours), (made_days)) level (id)),
states as (
  select 'runs in ' || state_type as what, workspace_id, deployment_id, hour, sum(kept) as kept, sum(counted) as counted
    from (select workspace_id, deployment_id, hour, state_type, runs as kept, 0 as counted from kept
          union all select workspace_id, deployment_id, hour, state_type, 0, runs from counted) each
   group by 1, 2, 3, 4),
starts as (
  select 'started' as what, workspace_id, deployment_id, hour, sum(kept) as kept, sum(counted) as counted
    from (select workspace_id, deployment_id, hour, started as kept, 0 as counted from kept
          union all select workspace_id, deployment_id, hour, 0, started from counted) each
   group by 1, 2, 3, 4),
places as (
  select 'place of ' || coalesce(s.flow_run_id, r.id) as what, coalesce(s.workspace_id, r.workspace_id) as workspace_id, null::uuid as deployment_id,
         coalesce(s.expected_start_time, r.expected_start_time) as hour, (s.flow_run_id is not null)::integer as kept, (r.id is not null)::integer as counted
    from flow_run_by_state s
    full join flow_run r on r.workspace_id = s.workspace_id and r.id = s.flow_run_id and r.state_type = s.state_type and r.state_name = s.state_name
                        and r.expected_start_time = s.expected_start_time)
select * from (
  select d.* from (select * from states union all select * from starts) d
    join known k on k.workspace_id = d.workspace_id and k.id = d.deployment_id
  union all select * from places) difference
 where kept <> counted limit 100;
