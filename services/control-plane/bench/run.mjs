// `npm run bench [-- M1 M3 M10] [--only=M5] [--seconds=20] [--legs=3] [--runs=10000,1000000]`: rate, p50, p99 and CPU per operation, with all features on, and a
// correctness check after each. It starts a system of its own; TEST_DATABASE_URL and REDIS_URL name other servers.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, startPostgres, startValkey } from '@headgate/all-in-one';
import { signUp, startSystem } from '@headgate/testkit';
import pg from 'pg';
import { cpuOf, postmasterOf } from './cpu.mjs';
import { createClient, quantile } from './driver.mjs';
import { createInBulk, eventBatches, logLines, singleEvents, taskRuns } from './ingest.mjs';
import { dashboards, grownWorkspace, runLists } from './reads.mjs';
import { startLatency } from './start-latency.mjs';
import { claimLatency, createRuns, lifecycles } from './workloads.mjs';

const metrics = [
  { id: 'M1', name: 'create run, single, 32 clients', aimMs: 0.7, work: createRuns },
  { id: 'M2', name: 'create runs in bulk, requests of 500, 4 clients', aimMs: null, work: createInBulk },
  { id: 'M3', name: 'full lifecycle, 64 clients', aimMs: 1.8, work: lifecycles },
  { id: 'M4', name: 'task runs over 100 sockets, three states each', aimMs: null, work: taskRuns },
  { id: 'M5', name: 'log lines, batches of 200, 8 clients', aimMs: 0.03, work: logLines },
  { id: 'M6', name: 'events, batches of 50, 16 clients', aimMs: 0.04, work: eventBatches },
  { id: 'M6s', name: 'events, one by one, 16 clients', aimMs: null, work: singleEvents },
  { id: 'M7', name: 'committed → claimed by an idle agent', aimMs: null, work: claimLatency },
  { id: 'M7r', name: 'committed → Running of a warm no-op', aimMs: null, work: startLatency },
];

const given = process.argv.slice(2);
const option = (name, fallback) =>
  Number(given.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? fallback);
const textOption = (name) => given.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
const named = given.filter((argument) => !argument.startsWith('--')).concat(textOption('only')?.split(',') ?? []);
const isWanted = (id) => named.length === 0 || named.includes(id);
const sizes = (textOption('runs') ?? '10000,100000,1000000').split(',').map(Number);
const seconds = option('seconds', 15);
const legs = option('legs', 3);

// Unlike in tests the database waits for the disk: these servers have their standard settings.
const servers = await startServers();
const system = await startSystem({ env: { HEADGATE_LOG_LEVEL: 'error' }, servers });
const account = await signUp(system.url);
const sql = new pg.Client({ connectionString: system.databaseUrl });
await sql.connect();
const processes = { servers: [system.pid('api'), system.pid('loops')], postmaster: await postmasterOf(sql) };
const api = createClient(account.apiUrl, account.key, 200);
const context = { api, sql, workspaceId: account.workspaceId, account, system };

console.log(
  `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${(await sql.query('show server_version')).rows[0].server_version} Postgres; load, server and database on the same cores`,
);
let wrong = 0;
for (const metric of metrics) {
  if (!isWanted(metric.id)) continue;
  await metric.work({ ...context, seconds: 3 });
  const results = [];
  for (let leg = 0; leg < legs; leg++) {
    const before = cpuOf(processes);
    const started = Date.now();
    const { durations, operations = durations.length, check } = await metric.work({ ...context, seconds });
    const elapsed = (Date.now() - started) / 1000;
    const after = cpuOf(processes);
    const [found, isRight] = await check();
    if (!isRight) wrong++;
    const server = (after.server - before.server) / operations;
    const database = (after.database - before.database) / operations;
    results.push({
      rate: operations / elapsed,
      p50: quantile(durations, 0.5),
      p99: quantile(durations, 0.99),
      server,
      database,
      cpu: server + database,
      found,
      isRight,
    });
  }
  report(metric, results);
}
if (isWanted('M10') || isWanted('M11')) {
  const grown = [];
  for (const runs of sizes) grown.push(await grownWorkspace(context, runs));
  if (isWanted('M10') && !(await runLists(context, grown))) wrong++;
  if (isWanted('M11') && !(await dashboards(context, grown))) wrong++;
  for (const each of grown) each.api.close();
}
await sql.end();
api.close();
await system.stop();
await servers.stop();
process.exit(wrong > 0 ? 1 : 0);

async function startServers() {
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-bench-'));
  fs.chmodSync(folder, 0o755);
  const postgres = given ? null : await startPostgres({ folder: path.join(folder, 'postgres') });
  const valkey = process.env.REDIS_URL
    ? null
    : await startValkey({ port: await freePort(), log: path.join(folder, 'valkey.log') });
  return {
    adminUrl: given ?? postgres.url(),
    redisUrl: process.env.REDIS_URL ?? valkey.url,
    stop: async () => {
      await valkey?.stop();
      await postgres?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function report({ id, name, aimMs }, results) {
  const median = (key) =>
    quantile(
      results.map((result) => result[key]),
      0.5,
    );
  const aim = aimMs === null ? '' : ` (aim ${aimMs})`;
  console.log(`\n${id}  ${name}`);
  console.log(
    `    ${median('rate').toFixed(0)}/s   p50 ${median('p50').toFixed(1)} ms   p99 ${median('p99').toFixed(1)} ms   (median of ${results.length} legs of ${seconds} s)`,
  );
  console.log(
    `    CPU per operation ${median('cpu').toFixed(3)} ms${aim}: server ${median('server').toFixed(3)}, database ${median('database').toFixed(3)}`,
  );
  for (const { found, isRight } of results) console.log(`    ${isRight ? 'right' : 'WRONG'}: ${found}`);
}
