-- An event of a flow run's state says in its resource and its payload what its other columns say, or what is but a few
-- words: the name of the run and how often it was begun, type and message of the state, and type, name and message of the
-- one before. Only these are stored; resource and payload are made of them when they are read.
alter table event
  add column state_change text[],
  alter column resource drop not null,
  alter column payload drop not null,
  add constraint event_says_what check (state_change is not null or (resource is not null and payload is not null)) not valid;
