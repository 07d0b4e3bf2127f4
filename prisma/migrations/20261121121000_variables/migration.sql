-- Variables, saved searches, and where results go when a flow does not say.

create table variable (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  value jsonb not null,
  tags text[] not null default '{}',
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

create table saved_search (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  filters jsonb not null default '[]',
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

-- Names a block of the workspace; a block that is gone counts as none.
create table default_result_storage (
  workspace_id uuid primary key references workspace (id) on delete cascade,
  block_document_id uuid not null
);
