-- Limits of an account in the place of the installation's, for each of its workspaces and second; null is the installation's.
create table account_limit (
  account_id uuid primary key references account (id) on delete cascade,
  updated timestamptz(6) not null default now(),
  requests integer check (requests > 0),
  runs integer check (runs > 0),
  log_lines integer check (log_lines > 0),
  log_kilobytes integer check (log_kilobytes > 0),
  events integer check (events > 0)
);

-- Which share of the limits of its account a workspace has; all of them where there is no row.
create table rate_limit_allocation (
  id uuid primary key,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  account_id uuid not null references account (id) on delete cascade,
  workspace_id uuid not null unique references workspace (id) on delete cascade,
  rate_limit_percentage double precision not null check (rate_limit_percentage between 0.1 and 100)
);
create index rate_limit_allocation_account on rate_limit_allocation (account_id);

-- Loops look for what is due workspace by workspace, so that the many of one do not stand before the few of another.
drop index run_queue_late;
create index run_queue_late on run_queue (workspace_id, due) where not late;
drop index run_claim_lease;
create index run_claim_lease on run_claim (workspace_id, lease_until);
drop index deployment_schedule_next_pass;
create index deployment_schedule_next_pass on deployment_schedule (workspace_id, next_pass) where active;
