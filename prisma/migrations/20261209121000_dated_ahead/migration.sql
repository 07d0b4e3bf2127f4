-- What is dated ahead lies on the day after it came in: who asks for what lies ahead is led there, through all days.
create index log_dated on log (workspace_id, dated) where dated is not null;
create index event_dated on event (workspace_id, dated) where dated is not null;
