-- Workspaces that were deleted, for as long as something of theirs may be left in the tables that no foreign key empties.
create table deleted_workspace (
  id uuid primary key,
  deleted timestamptz not null default now()
);
