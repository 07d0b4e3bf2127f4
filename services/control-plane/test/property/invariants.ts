/** What has to hold between the tables at any moment when nothing is under way. Each statement finds what breaks it. */
const broken: Record<string, string> = {
  'who waits is in the queue, and nobody else': `
    select coalesce(r.id, q.flow_run_id) from (select * from flow_run where state_type = 'SCHEDULED') r
      full join run_queue q on q.workspace_id = r.workspace_id and q.flow_run_id = r.id
     where r.id is null or q.flow_run_id is null`,
  'who takes a slot of its queue is counted there, and nobody else': `
    select coalesce(r.id, a.flow_run_id)
      from (select * from flow_run where state_type in ('PENDING', 'RUNNING', 'CANCELLING') and work_queue_id is not null) r
      full join run_active a on a.workspace_id = r.workspace_id and a.flow_run_id = r.id and a.work_queue_id = r.work_queue_id
     where r.id is null or a.flow_run_id is null`,
  'the run stands where the list by state says': `
    select coalesce(r.id, s.flow_run_id) from (select * from flow_run where state_type is not null) r
      full join flow_run_by_state s on s.workspace_id = r.workspace_id and s.flow_run_id = r.id
       and s.state_type = r.state_type and s.state_name = r.state_name and s.expected_start_time = r.expected_start_time
     where r.id is null or s.flow_run_id is null`,
  'the counts are those of the runs': `
    select coalesce(c.workspace_id, r.workspace_id) from (
        select workspace_id, state_type, sum(n) as n from (
          select workspace_id, state_type, delta as n from flow_run_count
          union all
          select workspace_id, state_type, runs from flow_run_tally
           where hour = '-infinity' and deployment_id = '00000000-0000-0000-0000-000000000000') parts
         group by 1, 2 having sum(n) <> 0) c
      full join (select workspace_id, state_type, count(*) as n from flow_run group by 1, 2) r using (workspace_id, state_type)
     where c.n is distinct from r.n`,
  'every change of state is in the history, once': `
    select r.id from flow_run r
      left join (select workspace_id, flow_run_id, count(*) as n from flow_run_state group by 1, 2) s
        on s.workspace_id = r.workspace_id and s.flow_run_id = r.id
     where s.n is distinct from r.version`,
  'the last state of the history is the one that stands': `
    select r.id from flow_run r
      join lateral (select s.id from flow_run_state s where s.workspace_id = r.workspace_id and s.flow_run_id = r.id
                     order by s.timestamp desc limit 1) s on true
     where s.id::text <> r.state->>'id'`,
  'every state has its event': `
    select s.id from flow_run_state s
      left join event e on e.workspace_id = s.workspace_id and e.occurred = s.timestamp and e.id = s.id
      join flow_run r on r.workspace_id = s.workspace_id and r.id = s.flow_run_id
     where e.id is null and not r.auto_scheduled`,
  'who has ended has a time of end, and nobody else': `
    select id from flow_run
     where (end_time is not null) <> coalesce(state_type in ('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'), false)`,
  'who ran has a time of start': `select id from flow_run where run_count > 0 and start_time is null`,
  'slots in use are those of the leases': `
    select c.id from concurrency_limit c
      left join (select workspace_id, concurrency_limit_id, sum(slots) as n from concurrency_lease group by 1, 2) l
        on l.workspace_id = c.workspace_id and l.concurrency_limit_id = c.id
     where c.name like 'deployment:%' and c.active_slots <> coalesce(l.n, 0)`,
  'every lease of a deployment is held by a run': `
    select l.id from concurrency_lease l
      join concurrency_limit c on c.workspace_id = l.workspace_id and c.id = l.concurrency_limit_id
      left join flow_run r on r.workspace_id = l.workspace_id and r.id = l.holder_id
       and r.state->'state_details'->>'deployment_concurrency_lease_id' = l.id::text
     where c.name like 'deployment:%' and r.id is null`,
  'a claim is held by its run': `
    select c.flow_run_id from run_claim c
      left join flow_run r on r.workspace_id = c.workspace_id and r.id = c.flow_run_id and r.claim_id = c.claim_id
     where r.id is null`,
};

export type Ask = (sql: string) => Promise<{ rows: unknown[] }>;

/** What does not hold, with how many break it; nothing, when all is well. */
export async function brokenInvariants(ask: Ask): Promise<string[]> {
  const found: string[] = [];
  for (const [says, sql] of Object.entries(broken)) {
    const { rows } = await ask(sql);
    if (rows.length > 0) found.push(`not true: ${says} (${rows.length}, as ${JSON.stringify(rows[0])})`);
  }
  return found;
}
