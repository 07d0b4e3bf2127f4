// M13: what a run and a log line take on disk, with indexes, when vacuum has passed.
import { randomUUID } from 'node:crypto';
import { signUp, startSystem } from '@headgate/testkit';
import pg from 'pg';
import { createClient } from './driver.mjs';
import { makeDeployment } from './workloads.mjs';

const clients = 32;
const linesOfRun = 5;
const lineBytes = 120;

/** Bytes of every table with its indexes and what lies outside of its rows, days taken together. */
const sizes = `
  select coalesce(parent.relname, c.relname) as name, sum(pg_total_relation_size(c.oid))::float8 as bytes
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid left join pg_class parent on parent.oid = i.inhparent
   where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
   group by 1`;

/** Of so many trivial runs: made by a deployment with a pool, pending, running, completed, with some lines of log. */
export async function storage(servers, runs) {
  const system = await startSystem({ env: { HEADGATE_LOG_LEVEL: 'error' }, servers });
  const sql = new pg.Client({ connectionString: system.databaseUrl });
  await sql.connect();
  try {
    const account = await signUp(system.url);
    const api = createClient(account.apiUrl, account.key, clients);
    const deployment = await makeDeployment(api, 'stored', true);
    const before = await sizesNow(sql);
    let left = runs;
    const work = async () => {
      while (left-- > 0) await oneRun(api, deployment);
    };
    await Promise.all(Array.from({ length: clients }, work));
    const after = await sizesNow(sql);
    const grown = [...after]
      .map(([name, bytes]) => ({ name, bytes: (bytes - (before.get(name) ?? 0)) / runs }))
      .filter(({ bytes }) => bytes > 1)
      .sort((one, other) => other.bytes - one.bytes);
    const [logs, others] = [grown.filter(({ name }) => name === 'log'), grown.filter(({ name }) => name !== 'log')];
    const sum = (tables) => tables.reduce((all, { bytes }) => all + bytes, 0);
    console.log(`\nM13 bytes of ${runs} runs: ${Math.round(sum(others))} each`);
    for (const { name, bytes } of others) console.log(`    ${name} ${Math.round(bytes)}`);
    console.log(`    ${Math.round(sum(logs) / linesOfRun)} for a line of ${lineBytes}`);
    api.close();
  } finally {
    await sql.end();
    await system.stop();
  }
}

async function sizesNow(sql) {
  await sql.query('vacuum');
  return new Map((await sql.query(sizes)).rows.map(({ name, bytes }) => [name, bytes]));
}

async function oneRun(api, deployment) {
  const { id } = await api.post(`/deployments/${deployment.id}/create_flow_run`, {});
  for (const type of ['PENDING', 'RUNNING', 'COMPLETED'])
    await api.post(`/flow_runs/${id}/set_state`, { state: { type, state_details: { transition_id: randomUUID() } } });
  const line = (n) => ({
    name: 'prefect.flow_runs',
    level: 20,
    message: `${n} of ${id} `.padEnd(lineBytes, 'x'),
    timestamp: new Date().toISOString(),
    flow_run_id: id,
  });
  await api.post(
    '/logs/',
    Array.from({ length: linesOfRun }, (_, n) => line(n)),
  );
}
