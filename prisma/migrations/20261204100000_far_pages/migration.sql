-- Where the run at an offset lies is told by what there is per day, and then per hour of that day: by the expected start, and
-- by the id, whose first 48 bits are the milliseconds at which it was made (docs/decisions/0010-growth.md).

-- The hour of the id, of runs that came or went; null where they moved.
alter table flow_run_count add column made timestamptz(6);

-- Nobody folds, makes or deletes while they are counted.
lock table flow_run, flow_run_count, flow_run_tally in share row exclusive mode;

insert into flow_run_tally (workspace_id, deployment_id, hour, state_type, runs, started, delay_seconds)
select workspace_id, '00000000-0000-0000-0000-000000000001'::uuid, date_trunc('day', hour, 'UTC'), state_type, sum(runs), sum(started), sum(delay_seconds)
  from flow_run_tally where deployment_id = '00000000-0000-0000-0000-000000000000' and hour > '-infinity' group by 1, 2, 3, 4;

insert into flow_run_tally (workspace_id, deployment_id, hour, state_type, runs, started, delay_seconds)
select workspace_id, level.deployment_id, level.hour, '', count(*), 0, 0
  from (select workspace_id, to_timestamp(('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint / 3600000 * 3600) as made
          from flow_run where state_type is not null) r,
       lateral (values ('00000000-0000-0000-0000-000000000002'::uuid, made), ('00000000-0000-0000-0000-000000000003', date_trunc('day', made, 'UTC'))) as level (deployment_id, hour)
 group by 1, 2, 3;
