-- Where the figures that are kept (flow_run_tally with the changes in flow_run_count, and flow_run_by_state) say another
-- thing than the runs. Nothing, at any moment.
with nobody as (select '00000000-0000-0000-0000-000000000000'::uuid as id),
kept as (
  select workspace_id, deployment_id, hour, state_type, runs, started from flow_run_tally
  union all
  select c.workspace_id, level.deployment_id, level.hour, c.state_type, c.delta, c.started
    from flow_run_count c, nobody, lateral (values (nobody.id, c.hour), (nobody.id, '-infinity'), (c.deployment_id, '-infinity')) level (deployment_id, hour)
   where level.deployment_id is not null),
counted as (
  select r.workspace_id, level.deployment_id, level.hour, r.state_type, 1 as runs, (r.start_time is not null)::integer as started
    from flow_run r, nobody,
         lateral (values (nobody.id, date_trunc('hour', r.expected_start_time)), (nobody.id, '-infinity'), (r.deployment_id, '-infinity')) level (deployment_id, hour)
   where level.deployment_id is not null and r.state_type is not null),
known as (select workspace_id, id from deployment union all select w.id, nobody.id from workspace w, nobody),
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
