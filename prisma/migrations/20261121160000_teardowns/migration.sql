-- What a run left when nobody carried its cancellation out in time: a message that asks a worker of its pool to end its
-- infrastructure. It is out under a lease, comes back when that runs out, and goes when it is acknowledged.
create table run_teardown (
  workspace_id uuid not null,
  -- The id of the state that ended the run: the same end never asks twice.
  message_id uuid not null,
  work_pool_id uuid not null,
  work_queue_id uuid,
  flow_run_id uuid not null,
  infrastructure_pid text not null,
  created timestamptz(6) not null default now(),
  deliveries integer not null default 0,
  -- The delivery that is out: what proves it, who has it, and until when. Null while nobody has it.
  token uuid,
  consumer_id uuid,
  lease_until timestamptz(6),
  primary key (workspace_id, message_id),
  foreign key (workspace_id, work_pool_id) references work_pool (workspace_id, id) on delete cascade
) with (fillfactor = 70);
create index run_teardown_pool on run_teardown (workspace_id, work_pool_id, message_id);
create index run_teardown_lease on run_teardown (lease_until) where lease_until is not null;
create index run_teardown_age on run_teardown (created);
