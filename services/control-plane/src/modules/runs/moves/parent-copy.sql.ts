/**
 * Parts of the statements that create and move runs: the state of a subflow run is copied to the task run that stands
 * for it in its parent, in any state that this is in. Read from `done`: `parent_task_run_id`, `parent_state`, `now`, `at`.
 */
export const parentCopied = `
  parent as (
    update task_run t set updated = d.now, state_type = d.type, state_name = d.parent_state->>'name', state_timestamp = d.at,
           state = jsonb_set(d.parent_state, '{state_details,flow_run_id}', coalesce(to_jsonb(t.flow_run_id), 'null')),
           run_count = t.run_count + (d.type = 'RUNNING')::integer,
           expected_start_time = coalesce(t.expected_start_time, d.at),
           next_scheduled_start_time = (case when d.type = 'SCHEDULED' then d.parent_state->'state_details'->>'scheduled_time' end)::timestamptz,
           start_time = coalesce(t.start_time, case when d.type in ('RUNNING', 'COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED') then d.at end),
           end_time = case when d.type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED') then coalesce(t.end_time, d.at) end,
           total_run_time = t.total_run_time + case when t.state_type = 'RUNNING' then greatest(0, extract(epoch from d.at - t.state_timestamp)) else 0 end
      from done d
     where d.parent_task_run_id is not null and t.workspace_id = d.workspace_id and t.id = d.parent_task_run_id
    returning t.workspace_id, t.id, t.state),
  parent_history as (
    insert into task_run_state (workspace_id, task_run_id, timestamp, id, type, name, message, data, details)
    select workspace_id, id, (state->>'timestamp')::timestamptz, (state->>'id')::uuid, state->>'type', state->>'name',
           state->>'message', state->'data', state->'state_details'
      from parent
    on conflict do nothing)`;
