-- What a flow run is related to is a list of several hundred bytes, which most runs of a deployment share, and it stood in
-- every event of every one of them. It is stored once a day now, under what it says, beside the events of that day, with
-- which it goes.
create table event_related (
  workspace_id uuid not null,
  -- Midnight, UTC.
  day timestamptz(6) not null,
  -- The first half of the SHA-256 of the list as Postgres writes it.
  id uuid not null,
  related jsonb not null,
  primary key (workspace_id, day, id)
) partition by range (day);
create table event_related_other partition of event_related default;

alter table event
  add column related_id uuid,
  alter column related drop not null,
  add constraint event_says_to_what check (related is not null or related_id is not null) not valid;

create or replace function ensure_partitions(days_ahead integer) returns integer language plpgsql as $$
declare
  parent text;
  day date;
  made integer := 0;
  child text;
begin
  perform pg_advisory_xact_lock(72707370);
  foreach parent in array array['flow_run_state', 'task_run_state', 'log', 'event', 'event_related'] loop
    for day in select generate_series(current_date - 1, current_date + days_ahead, interval '1 day')::date loop
      child := parent || '_' || to_char(day, 'YYYYMMDD');
      if to_regclass(child) is null then
        begin
          execute format('create table %I partition of %I for values from (%L) to (%L)',
            child, parent, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
          made := made + 1;
        exception when check_violation then
          null;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;

select ensure_partitions(7);
