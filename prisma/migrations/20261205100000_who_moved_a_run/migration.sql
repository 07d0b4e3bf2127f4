-- The person who brought a state about by hand, and their key, with the names that they had; null for processes and loops.
alter table flow_run_state add column actor jsonb;
