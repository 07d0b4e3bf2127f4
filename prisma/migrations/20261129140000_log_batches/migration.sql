-- Which batches of log lines came within the last hour, by a digest of what was sent: one that is sent again is not stored
-- again. The digest also holds the part, since long batches are stored in parts.
create table log_batch (
  workspace_id uuid not null,
  digest bytea not null,
  received timestamptz(6) not null default now(),
  primary key (workspace_id, digest)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index log_batch_received on log_batch (received);
