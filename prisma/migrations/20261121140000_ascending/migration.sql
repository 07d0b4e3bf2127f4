-- Runs come in the order of time: an ascending index grows at its right edge, where Postgres splits pages full and not in
-- halves. It is half as large, cheaper to write, and read backwards for the newest.
drop index flow_run_expected;
create index flow_run_expected on flow_run (workspace_id, expected_start_time, id);
drop index flow_run_flow;
create index flow_run_flow on flow_run (workspace_id, flow_id, expected_start_time, id);
drop index flow_run_deployment;
create index flow_run_deployment on flow_run (workspace_id, deployment_id, expected_start_time, id) where deployment_id is not null;
drop index task_run_expected;
create index task_run_expected on task_run (workspace_id, expected_start_time, id);
