-- The page of a task run asks for what it made; of these few artifacts there may be among millions.
create index artifact_task_run on artifact (workspace_id, task_run_id) where task_run_id is not null;
