-- Background task runs that wait for a task worker, and the answers of the server-side task cache.

-- A row from the moment a run is scheduled for the background until a task worker has acknowledged it. `due` is also the
-- end of the lease under which a run is offered to a worker: who vanishes without a word leaves it due again.
create table task_run_queue (
  workspace_id uuid not null,
  task_run_id uuid not null,
  task_key text not null,
  -- Goes before the others of its key: it was offered in vain, or is tried again.
  urgent boolean not null default false,
  due timestamptz(6) not null,
  -- The offer that is out; null while nobody has the run.
  offer_id uuid,
  primary key (workspace_id, task_run_id)
) with (fillfactor = 70);
create index task_run_queue_next on task_run_queue (workspace_id, task_key, urgent desc, due);

-- The state that stands for a cache key: the newest that has not expired.
create table task_run_cache (
  workspace_id uuid not null,
  -- SHA-256 of the key: keys may be longer than an index entry.
  key_digest bytea not null,
  created timestamptz(6) not null default now(),
  expires timestamptz(6),
  task_run_id uuid not null,
  state jsonb not null,
  primary key (workspace_id, key_digest)
);
create index task_run_cache_expired on task_run_cache (expires) where expires is not null;
