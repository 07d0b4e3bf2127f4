// M10 and M11: lists of fifty with the usual filters, and the dashboard, at 10k, 100k and 1M runs. One client.
import fs from 'node:fs';
import path from 'node:path';
import { signUp } from '@headgate/testkit';
import { createClient, quantile } from './driver.mjs';

const fixture = fs.readFileSync(path.join(import.meta.dirname, '../test/growth/fixture.sql'), 'utf8');

/** A workspace with so many runs of 30 days. */
export async function grownWorkspace({ sql, system }, runs) {
  const account = await signUp(system.url);
  const settings = { workspace: account.workspaceId, runs, flows: 200, deployments: 500 };
  for (const [name, value] of Object.entries(settings))
    await sql.query('select set_config($1, $2, false)', [`growth.${name}`, String(value)]);
  const started = Date.now();
  await sql.query(fixture);
  const seconds = (Date.now() - started) / 1000;
  await sql.query('discard temp');
  await sql.query('vacuum analyze');
  // Else the disk is busy with what was loaded while the lists are measured.
  await sql.query('checkpoint');
  const idOf = async (table, name) =>
    (await sql.query(`select id from ${table} where workspace_id = $1 and name = $2`, [account.workspaceId, name]))
      .rows[0].id;
  const ids = { flow: await idOf('flow', 'flow-7'), deployment: await idOf('deployment', 'deployment-7') };
  return { runs, seconds, account, ids, api: createClient(account.apiUrl, account.key, 8) };
}

const newest = { sort: 'EXPECTED_START_TIME_DESC', limit: 50 };
const past = { expected_start_time: { before_: new Date().toISOString() } };
const week = {
  expected_start_time: { after_: new Date(Date.now() - 7 * 86_400_000).toISOString(), ...past.expected_start_time },
};

const lists = ({ flow, deployment }) => ({
  newest: newest,
  'state Failed, 7 days': { ...newest, flow_runs: { ...week, state: { type: { any_: ['FAILED'] } } } },
  'state Crashed': { ...newest, flow_runs: { ...past, state: { type: { any_: ['CRASHED'] } } } },
  'state Running': { ...newest, flow_runs: { state: { type: { any_: ['RUNNING'] } } } },
  'state Completed': { ...newest, flow_runs: { ...past, state: { type: { any_: ['COMPLETED'] } } } },
  tag: { ...newest, flow_runs: { tags: { all_: ['team-3'] } } },
  'rare tag': { ...newest, flow_runs: { tags: { all_: ['release-3'] } } },
  'part of name': { ...newest, flow_runs: { name: { like_: 'lucid-ot' } } },
  'tag and part of name': { ...newest, flow_runs: { tags: { all_: ['team-3'] }, name: { like_: 'otter' } } },
  deployment: { ...newest, flow_runs: { deployment_id: { any_: [deployment] } } },
  flow: { ...newest, flows: { id: { any_: [flow] } } },
  'default order': { limit: 50 },
});

const rounds = 60;
const roundsToWarmUp = 20;

/** Durations in ms of so many requests of each kind, one after the other, in turns. */
async function timed(requests) {
  const durations = Object.fromEntries(Object.keys(requests).map((name) => [name, []]));
  for (let round = -roundsToWarmUp; round < rounds; round++) {
    for (const [name, request] of Object.entries(requests)) {
      const started = performance.now();
      await request();
      if (round >= 0) durations[name].push(performance.now() - started);
    }
  }
  return durations;
}

function line(size, name, values, aim) {
  const [p50, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  console.log(
    `    ${String(size).padStart(8)} runs  ${name.padEnd(22)} p50 ${p50.toFixed(1).padStart(6)} ms   p95 ${p95.toFixed(1).padStart(6)} ms${p95 > aim ? '   over the aim' : ''}`,
  );
}

const listAimMs = 8;
const dashboardAimMs = 15;

/** M10. Right when each list answers what a plain look at the table says. */
export async function runLists(context, grown) {
  console.log(`\nM10  lists of 50 (aim p95 ≤ ${listAimMs} ms)`);
  let right = true;
  for (const { runs, seconds, api, ids } of grown) {
    console.log(`    ${String(runs).padStart(8)} runs were loaded in ${seconds.toFixed(0)} s`);
    const requests = Object.entries(lists(ids)).map(([name, body]) => [
      name,
      () => api.post('/flow_runs/filter', body),
    ]);
    for (const [name, values] of Object.entries(await timed(Object.fromEntries(requests))))
      line(runs, name, values, listAimMs);
    right &&= await answersAreRight(
      context,
      api,
      grown.find((each) => each.api === api),
    );
  }
  return right;
}

async function answersAreRight({ sql }, api, { account }) {
  const asked = await api.post('/flow_runs/filter', {
    ...newest,
    flow_runs: { tags: { all_: ['team-3'] }, name: { like_: 'otter' } },
  });
  const { rows } = await sql.query(
    `select id from flow_run where workspace_id = $1 and 'team-3' = any(tags) and position('otter' in name) > 0
      order by expected_start_time desc, id desc limit 50`,
    [account.workspaceId],
  );
  const right = JSON.stringify(asked.map((run) => run.id)) === JSON.stringify(rows.map((row) => row.id));
  console.log(
    `    ${right ? 'right' : 'WRONG'}: tag and part of name answer the ${rows.length} runs that a plain look finds`,
  );
  return right;
}

/** M11: all figures in one request. Right when they are those of a recount. */
export async function dashboards({ sql }, grown) {
  console.log(`\nM11  dashboard (aim p95 ≤ ${dashboardAimMs} ms)`);
  let right = true;
  for (const { runs, api, account } of grown) {
    const get = () => api.get('/headgate/dashboard');
    const durations = await timed({ 'all figures': get, 'count of all runs': () => api.post('/flow_runs/count', {}) });
    for (const [name, values] of Object.entries(durations)) line(runs, name, values, dashboardAimMs);
    const { states } = await get();
    const { rows } = await sql.query(
      'select state_type, count(*)::int as n from flow_run where workspace_id = $1 group by 1',
      [account.workspaceId],
    );
    const same =
      rows.every(({ state_type, n }) => states[state_type] === n) && rows.length === Object.keys(states).length;
    console.log(`    ${same ? 'right' : 'WRONG'}: ${JSON.stringify(states)}`);
    right &&= same;
  }
  return right;
}
