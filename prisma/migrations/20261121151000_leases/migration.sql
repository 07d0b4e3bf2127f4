-- A lease outlives its limit: who holds it goes on renewing it. A run that could not would be ended by its engine.
alter table concurrency_lease drop constraint concurrency_lease_workspace_id_concurrency_limit_id_fkey;
