-- Flow runs that have ended, from the moment on at which to see what they left going (docs/decisions/0027-ends-of-runs.md).
-- The statement that moves a run appends to it; each row is read and deleted once.
create table run_ended (
  workspace_id uuid not null,
  flow_run_id uuid not null,
  due timestamptz(6) not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index run_ended_due on run_ended (workspace_id, due);

-- Those that ended before this was known.
insert into run_ended (workspace_id, flow_run_id, due)
select r.workspace_id, r.id, now() from flow_run r
 where r.state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')
   and exists (
     select from task_run t where t.workspace_id = r.workspace_id and t.flow_run_id = r.id
        and (t.state_type is null or t.state_type not in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')));

-- The slots of tags that a task run holds end with it.
create index concurrency_lease_task_run on concurrency_lease (workspace_id, holder_id) where holder_type = 'task_run';
