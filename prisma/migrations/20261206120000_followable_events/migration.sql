-- Which transaction wrote an event: who follows the log knows by a snapshot which of them it has seen, also those that commit
-- late (docs/decisions/0040-event-log.md). What is there already counts as written by this migration.
alter table event add column written xid8 not null default pg_current_xact_id();

-- The log in the order in which it is followed, by shards of workspaces: the last bits of their ids, which are random. It
-- also serves who looks for what came in lately.
create index event_written on event ((get_byte(uuid_send(workspace_id), 15) & 15), written);
drop index event_received;

-- How far consumers have come. A row for each shard is for all of its workspaces but those that have a row of their own:
-- these are behind, because they fail or because there is too much of them, and are seen to one by one.
create table event_cursor (
  consumer text not null,
  shard smallint not null,
  -- Nil: all workspaces of the shard.
  workspace_id uuid not null default '00000000-0000-0000-0000-000000000000',
  -- What this snapshot sees has been taken.
  done pg_snapshot not null,
  -- What this one sees beyond that is being taken, and has been up to a place.
  target pg_snapshot,
  after_written xid8,
  after_occurred timestamptz(6),
  after_workspace uuid,
  after_id uuid,
  -- Since the last success; and when to try again.
  failures integer not null default 0,
  retry_at timestamptz(6) not null default now(),
  -- Of a workspace that is behind: when that which it waits with came in.
  waiting_since timestamptz(6),
  primary key (consumer, shard, workspace_id)
);
