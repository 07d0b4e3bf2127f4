-- When a run that waits in its state has waited long enough: the pause that runs out, the cancellation that nobody carries
-- out. So a look for them costs what is due, not how many wait; all other runs are not in the index.
alter table flow_run_by_state add column until timestamptz(6);
update flow_run_by_state s
   set until = case s.state_type when 'PAUSED' then (r.state->'state_details'->>'pause_timeout')::timestamptz
                                 else (r.state->>'timestamp')::timestamptz + interval '5 minutes' end
  from flow_run r
 where s.state_type in ('PAUSED', 'CANCELLING') and r.workspace_id = s.workspace_id and r.id = s.flow_run_id and r.state_type = s.state_type;
create index flow_run_by_state_until on flow_run_by_state (workspace_id, state_type, until) where until is not null;
