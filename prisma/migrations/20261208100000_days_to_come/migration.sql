-- A row that is dated more than a day ahead lay in the partition of no day. The day that it names could then never begin, for
-- anybody, and such rows never went. They are kept on the day after they came in, and say in `dated` what they were dated
-- (core/days/kept-at.ts).
alter table log add column dated timestamptz(6);
alter table event add column dated timestamptz(6);
alter table task_run_state add column dated timestamptz(6);

-- Whether rows stand in the way of a day, and which of them have come of age, is looked up.
create index log_other_time on log_other (timestamp);
create index event_other_time on event_other (occurred);
create index event_related_other_time on event_related_other (day);
create index flow_run_state_other_time on flow_run_state_other (timestamp);
create index task_run_state_other_time on task_run_state_other (timestamp);

-- Where a row is kept that came in then and is dated so.
create function pg_temp.kept_at(dated timestamptz, received timestamptz) returns timestamptz language sql as $$
  select dated - interval '1 day' * ((dated at time zone 'UTC')::date - ((received + interval '1 day') at time zone 'UTC')::date)
$$;

-- The ids of lines tell when they came in.
create function pg_temp.time_of(id uuid) returns timestamptz language sql as $$
  select to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
$$;

update log set dated = timestamp, timestamp = pg_temp.kept_at(timestamp, pg_temp.time_of(id))
 where timestamp > now() + interval '1 day' and timestamp > pg_temp.time_of(id) + interval '1 day';

-- Two of one id may come to lie at one moment.
with far as (delete from event where occurred > greatest(now(), received) + interval '1 day' and related_id is null returning *)
insert into event (workspace_id, occurred, dated, id, received, event, resource_id, resource, related, payload, follows, state_change, written)
select workspace_id, pg_temp.kept_at(occurred, received), occurred, id, received, event, resource_id, resource, related, payload, follows, state_change, written
  from far on conflict do nothing;

with far as (delete from task_run_state where timestamp > now() + interval '1 day' returning *)
insert into task_run_state (workspace_id, task_run_id, timestamp, dated, id, type, name, message, data, details)
select workspace_id, task_run_id, pg_temp.kept_at(timestamp, now()), timestamp, id, type, name, message, data, details
  from far on conflict do nothing;

-- Makes the partition of a day, and answers how many it made. Rows of the day that lie in the partition of no day, because
-- nobody made days for a while, are taken along when they are few; where they are many, they stay there and go one by one. The
-- lock that this takes keeps nobody waiting for long: who does not get it tries again with the next pass.
create function begin_day(parent text, moment text, day date) returns integer language plpgsql as $$
declare
  few constant integer := 20000;
  child text := parent || '_' || to_char(day, 'YYYYMMDD');
  other text := parent || '_other';
  low timestamptz := day::timestamp at time zone 'UTC';
  high timestamptz := (day + 1)::timestamp at time zone 'UTC';
  early integer;
begin
  execute format('select count(*) from (select from %I where %I >= $1 and %I < $2 limit $3) early', other, moment, moment)
     into early using low, high, few + 1;
  if early > few then
    return 0;
  end if;
  perform set_config('lock_timeout', '2s', true);
  execute format('create table %I (like %I including all)', child, parent);
  if early > 0 then
    execute format('lock table %I in access exclusive mode', other);
    execute format('with early as (delete from %I where %I >= $1 and %I < $2 returning *) insert into %I select * from early', other, moment, moment, child)
      using low, high;
  end if;
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, child, low, high);
  return 1;
exception when duplicate_table or check_violation or lock_not_available or deadlock_detected then
  return 0;
end $$;

create or replace function ensure_partitions(days_ahead integer) returns integer language plpgsql as $$
declare
  history record;
  day date;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(72707370);
  for history in select * from (values
    ('flow_run_state', 'timestamp'), ('task_run_state', 'timestamp'), ('log', 'timestamp'), ('event', 'occurred'), ('event_related', 'day')
  ) as histories (parent, moment) loop
    for day in select generate_series(current_date - 1, current_date + days_ahead, interval '1 day')::date loop
      if to_regclass(history.parent || '_' || to_char(day, 'YYYYMMDD')) is null then
        made := made + begin_day(history.parent, history.moment, day);
      end if;
    end loop;
  end loop;
  return made;
end $$;

select ensure_partitions(7);
