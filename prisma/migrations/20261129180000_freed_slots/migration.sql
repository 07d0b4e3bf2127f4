-- Who waits for a slot of its deployment stands apart in the queue: looked for only when there is a slot to be had.
alter table run_queue add column awaits_slot boolean not null default false;
drop index run_queue_ready;
create index run_queue_ready on run_queue (workspace_id, work_queue_id, awaits_slot, due) where work_queue_id is not null;
create index run_queue_awaits_slot on run_queue (workspace_id, work_queue_id, deployment_id, due) where awaits_slot;
-- Processes that serve deployments of no pool look for both kinds by deployment.
create index run_queue_deployment_awaits_slot on run_queue (workspace_id, deployment_id, due) where awaits_slot;
create index run_queue_deployment_ready on run_queue (workspace_id, deployment_id, due) where deployment_id is not null and not awaits_slot;
-- Reservations stand where they are made, no longer always at the front.
create index run_queue_reserved on run_queue (workspace_id, work_queue_id, reserved_until) where reserved_until is not null;
-- A slot that becomes free wakes the pools of all deployments that share the limit.
create index deployment_concurrency_limit on deployment (workspace_id, concurrency_limit_id) where concurrency_limit_id is not null;
