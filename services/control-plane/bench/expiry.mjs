// M13: how fast runs expire, on a system of its own that keeps runs for ten of the thirty days that its fixture has.
import { setTimeout as wait } from 'node:timers/promises';
import { startSystem } from '@headgate/testkit';
import pg from 'pg';
import { cpuBetween, cpuOf, postmasterOf } from './cpu.mjs';
import { grownWorkspace } from './grown-workspace.mjs';

const keptDays = 10;
const old = `workspace_id = $1 and end_time < now() - interval '${keptDays} days'`;
/** What belongs to a run and is read by its id. */
const belongings = ['flow_run_by_state', 'flow_run_state', 'task_run', 'run_queue', 'run_claim', 'run_active', 'log'];

/** History lies in a table for each day, as it does where the system has run for thirty: a look at it goes through them all. */
const daysOfHistory = `do $$
declare parent text; day date;
begin
  foreach parent in array array['flow_run_state', 'task_run_state', 'log', 'event'] loop
    for day in select generate_series(current_date - 31, current_date - 2, interval '1 day')::date loop
      execute format('create table %I partition of %I for values from (%L) to (%L)', parent || '_' || to_char(day, 'YYYYMMDD'), parent,
        day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
    end loop;
  end loop;
end $$`;

/** How many were old when they were loaded and are there, and how many are not old now and are gone. */
const mistakes = `
  select count(*) filter (where r.id is not null and l.end_time < l.at - interval '${keptDays} days')::integer as kept,
         count(*) filter (where r.id is null and (l.end_time < now() - interval '${keptDays} days') is not true)::integer as lost
    from loaded l left join flow_run r on r.workspace_id = $1 and r.id = l.id`;

/** Right when all that is old went, with what belonged to it, and nothing else did. */
export async function expiry(servers, runs) {
  const env = { HEADGATE_LOG_LEVEL: 'error', HEADGATE_RETENTION_RUN_DAYS: String(keptDays) };
  const system = await startSystem({ env, servers, loops: false });
  const sql = new pg.Client({ connectionString: system.databaseUrl });
  await sql.connect();
  try {
    const postmaster = await postmasterOf(sql);
    const cpu = () => cpuOf([system.pid('api'), system.pid('loops')], postmaster, servers.valkeyPid);
    await sql.query(daysOfHistory);
    const { account, api } = await grownWorkspace({ sql, system }, runs);
    const count = async (table, condition) => {
      const text = `select count(*)::integer as runs from ${table} as t where ${condition}`;
      return (await sql.query(text, [account.workspaceId])).rows[0].runs;
    };
    await sql.query(
      `create temp table loaded as select id, end_time, now() as at from flow_run where workspace_id = '${account.workspaceId}'`,
    );
    await system.start('loops');
    // Counted from one look to another, so that the pause before the loop's pass is left out.
    let looks = [];
    for (;;) {
      const used = cpu();
      looks.push({ at: Date.now(), left: await count('flow_run', old), used });
      if (looks.at(-1).left === 0) break;
      await wait(1000);
    }
    looks = looks.slice(Math.max(0, looks.findIndex(({ left }) => left < looks[0].left) - 1));
    const [first, last] = [looks[0], looks.at(-1)];
    const gone = first.left - last.left;
    const strays = [];
    for (const table of belongings) {
      const condition = `workspace_id = $1 and flow_run_id is not null
        and not exists (select from flow_run r where r.workspace_id = t.workspace_id and r.id = t.flow_run_id)`;
      if ((await count(table, condition)) > 0) strays.push(table);
    }
    const { kept, lost } = (await sql.query(mistakes, [account.workspaceId])).rows[0];
    const right = strays.length === 0 && kept === 0 && lost === 0;
    const rate = (gone / (last.at - first.at)) * 1000;
    console.log(`M13  expiry, ${gone} of ${runs} runs (aim: as fast as runs are created in bulk, 12,000/s)`);
    const used = cpuBetween(first.used, last.used);
    const perRun = Object.entries(used).map(([who, ms]) => `${who} ${(ms / gone).toFixed(3)}`);
    console.log(`    ${Math.round(rate)} runs/s; ms of CPU a run: ${perRun.join(', ')}`);
    console.log(
      `    ${right ? 'right: what belonged to them is gone, the others are there' : `WRONG: ${kept} kept, ${lost} lost, strays in ${strays.join(', ') || 'no table'}`}`,
    );
    api.close();
    return right;
  } finally {
    await sql.end();
    await system.stop();
  }
}
