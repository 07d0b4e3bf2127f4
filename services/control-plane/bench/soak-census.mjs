// What must be true at the end of a soak: nothing lost, nothing left behind.
import { linesPerRun, tasksPerRun } from './soak-load.mjs';

const untilSecondsMax = 180;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Each is a sentence and whether it holds. */
export async function census({ sql, workspaceId }, load, keptSeconds) {
  const findings = [];
  const say = (isRight, text) => findings.push({ isRight, text });
  const { there, lost, wrong, old } = await acknowledged(sql, workspaceId, load, keptSeconds);
  say(
    lost.length === 0 && wrong.length === 0,
    `${load.ended.size} runs acknowledged: ${there} there with their end, lines, task runs and events, ${lost.length} lost (${lost.slice(0, 3)}), ${wrong.length} wrong ${JSON.stringify(wrong.slice(0, 3))}, the others expired`,
  );
  say(old === 0, `${old} runs that should have expired by now`);
  const told = (
    await sql.query(
      "select count(*)::int as n, count(distinct id)::int as ids from event where workspace_id = $1 and event = 'soak.happened'",
      [workspaceId],
    )
  ).rows[0];
  say(told.n === load.events && told.ids === load.events, `${told.n} of ${load.events} events told, ${told.ids} ids`);
  for (const { name, rows } of await strays(sql)) say(rows === 0, `${name}: ${rows} rows of runs that are gone`);
  const { rows } = await sql.query(
    'select (select count(*) from concurrency_lease)::int as leases, (select coalesce(sum(active_slots), 0) from concurrency_limit)::float8 as slots',
  );
  say(rows[0].leases === 0 && rows[0].slots === 0, `${rows[0].leases} leases, ${rows[0].slots} slots held`);
  return findings;
}

/** In one look, so that nothing expires between two of its questions. */
async function acknowledged(sql, workspaceId, load, keptSeconds) {
  await sql.query('begin isolation level repeatable read');
  const runs = await sql.query(
    `select id, state_type, extract(epoch from now() - end_time)::float8 as age from flow_run where workspace_id = $1`,
    [workspaceId],
  );
  const count = async (text) => new Map((await sql.query(text, [workspaceId])).rows.map(({ id, n }) => [id, n]));
  const lines = await count(
    "select flow_run_id as id, count(distinct message)::int as n from log where workspace_id = $1 and name = 'soak' group by 1 having count(*) = count(distinct message)",
  );
  const tasks = await count(
    "select flow_run_id as id, count(*)::int as n from task_run where workspace_id = $1 and state_type = 'COMPLETED' group by 1",
  );
  const states = await count(
    'select flow_run_id as id, count(*)::int as n from flow_run_state where workspace_id = $1 group by 1',
  );
  await sql.query('commit');
  const stored = new Map(runs.rows.map((run) => [run.id, run]));
  const [lost, wrong] = [[], []];
  for (const [id, { end, at }] of load.ended) {
    const run = stored.get(id);
    // Acknowledged a moment after the end that the database wrote.
    if (!run && Date.now() - at < (keptSeconds - 5) * 1000) lost.push(id);
    if (!run) continue;
    const found = [run.state_type, lines.get(id), tasks.get(id), states.get(id)];
    if (found.join() !== [end, linesPerRun, tasksPerRun, 4].join()) wrong.push([id, ...found]);
  }
  // A pass comes every half minute, and takes what it takes.
  const old = runs.rows.filter(({ age }) => age > keptSeconds + 120).length;
  return { there: [...load.ended.keys()].filter((id) => stored.has(id)).length, lost, wrong, old };
}

const newestIsKept = 'and n.id not in (select latest_id from artifact_collection)';

/** Rows of every table that names a run, whose run is gone; lines go a moment after their run does. */
async function strays(sql) {
  const named = await sql.query(`
    select c.table_name as table, c.column_name as column from information_schema.columns c
      join pg_class t on t.relname = c.table_name and t.relkind in ('r', 'p') and not t.relispartition
     where c.table_schema = 'public' and c.column_name in ('flow_run_id', 'task_run_id')`);
  const found = [];
  for (const { table, column } of named.rows) {
    const runs = column.replace('_id', '');
    const text = `select count(*)::int as rows from ${table} n where n.${column} is not null
      and not exists (select from ${runs} r where r.workspace_id = n.workspace_id and r.id = n.${column})
      ${table === 'artifact' ? newestIsKept : ''}`;
    let rows = -1;
    for (
      const end = Date.now() + untilSecondsMax * 1000;
      rows !== 0 && Date.now() < end;
      rows > 0 && (await wait(5_000))
    )
      rows = (await sql.query(text)).rows[0].rows;
    found.push({ name: `${table}.${column}`, rows });
  }
  return found;
}
