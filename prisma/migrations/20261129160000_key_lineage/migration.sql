-- A key that a key asked for goes with it: whoever found a key has nothing left when it is revoked.
alter table api_key add column made_by uuid references api_key (id) on delete cascade;
create index api_key_made_by on api_key (made_by);
