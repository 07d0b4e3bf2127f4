-- Blocks: types, schemas, documents; and the keys that their data is sealed under.
-- The types that are there from the start live in the code (modules/blocks/system-types); a workspace gets rows of them
-- when it first makes something of them.

create table data_key (
  workspace_id uuid primary key references workspace (id) on delete cascade,
  created timestamptz(6) not null default now(),
  wrapped bytea not null
);

create table block_type (
  workspace_id uuid not null references workspace (id) on delete cascade,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  name text not null,
  slug text not null,
  logo_url text,
  documentation_url text,
  description text,
  code_example text,
  is_protected boolean not null default false,
  primary key (workspace_id, id),
  unique (workspace_id, slug)
);

-- `fields` is json, not jsonb: clients compare and show it in the order in which it was written.
create table block_schema (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default clock_timestamp(),
  updated timestamptz(6) not null default clock_timestamp(),
  block_type_id uuid not null,
  checksum text not null,
  version text not null,
  fields json not null,
  capabilities text[] not null default '{}',
  primary key (workspace_id, id),
  unique (workspace_id, checksum, version),
  foreign key (workspace_id, block_type_id) references block_type (workspace_id, id) on delete cascade
);
create index block_schema_type on block_schema (workspace_id, block_type_id);

-- Which schemas a schema nests, under which of its fields; a field may offer several.
create table block_schema_reference (
  workspace_id uuid not null,
  parent_id uuid not null,
  name text not null,
  position smallint not null,
  child_id uuid not null,
  primary key (workspace_id, parent_id, name, position),
  foreign key (workspace_id, parent_id) references block_schema (workspace_id, id) on delete cascade,
  foreign key (workspace_id, child_id) references block_schema (workspace_id, id) on delete cascade
);
create index block_schema_reference_child on block_schema_reference (workspace_id, child_id);

create table block_document (
  workspace_id uuid not null,
  id uuid not null,
  created timestamptz(6) not null default now(),
  updated timestamptz(6) not null default now(),
  block_type_id uuid not null,
  block_schema_id uuid not null,
  name text not null,
  is_anonymous boolean not null default false,
  sealed bytea not null,
  primary key (workspace_id, id),
  unique (workspace_id, block_type_id, name),
  foreign key (workspace_id, block_type_id) references block_type (workspace_id, id) on delete cascade,
  foreign key (workspace_id, block_schema_id) references block_schema (workspace_id, id) on delete cascade
);
create index block_document_name on block_document (workspace_id, name) where not is_anonymous;
create index block_document_schema on block_document (workspace_id, block_schema_id);

create table block_document_reference (
  workspace_id uuid not null,
  parent_id uuid not null,
  name text not null,
  child_id uuid not null,
  primary key (workspace_id, parent_id, name),
  foreign key (workspace_id, parent_id) references block_document (workspace_id, id) on delete cascade,
  foreign key (workspace_id, child_id) references block_document (workspace_id, id) on delete cascade,
  check (parent_id <> child_id)
);
create index block_document_reference_child on block_document_reference (workspace_id, child_id);
