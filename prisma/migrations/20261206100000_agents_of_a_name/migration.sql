-- Our agents that go by this name, by their ids, and when each was last seen; null for Prefect's workers.
alter table worker add column agents jsonb;
