// `npm run bench [-- M1 M3 M10] [--seconds=15] [--legs=3] [--runs=10000,1000000] [--no-peer]`: rate, p50, p99 and CPU per
// operation, with all features on, and a look at what was stored after each leg. Where Python can install Prefect, a real
// Prefect server does the same in turns. It starts systems of its own; TEST_DATABASE_URL and REDIS_URL name other servers.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, startPostgres, startValkey } from '@headgate/all-in-one';
import { signUp, startSystem } from '@headgate/testkit';
import pg from 'pg';
import { cpuOf, postmasterOf } from './cpu.mjs';
import { createClient } from './driver.mjs';
import { createInBulk, eventBatches, logLines, singleEvents, taskRuns } from './ingest.mjs';
import { legOf, report, reportRatio } from './legs.mjs';
import { startPeer } from './peer.mjs';
import { dashboards, grownWorkspace, runLists } from './reads.mjs';
import { startLatency } from './start-latency.mjs';
import { claimLatency, createRuns, lifecycles } from './workloads.mjs';

const metrics = [
  { id: 'M1', name: 'create run, single, 32 clients', work: createRuns, aim: { rate: 1500, cpu: 0.7 }, peer: true },
  { id: 'M2', name: 'create runs in bulk, requests of 500, 4 clients', work: createInBulk, aim: { rate: 12_000 } },
  { id: 'M3', name: 'full lifecycle, 64 clients', work: lifecycles, aim: { rate: 600, cpu: 1.8 }, peer: true },
  {
    id: 'M4',
    name: 'task runs over 100 sockets, three states each',
    work: taskRuns,
    aim: { rate: 3000, lag: 1000 },
    peer: true,
  },
  {
    id: 'M5',
    name: 'log lines, batches of 200, 8 clients',
    work: logLines,
    aim: { rate: 40_000, cpu: 0.03 },
    peer: true,
  },
  { id: 'M6', name: 'events, batches of 50, 16 clients', work: eventBatches, aim: { rate: 25_000 }, peer: true },
  { id: 'M6s', name: 'events, one by one, 16 clients', work: singleEvents, aim: { rate: 1500 }, peer: true },
  { id: 'M7', name: 'committed → claimed by an idle agent', work: claimLatency, aim: { p50: 10, p99: 50 } },
  { id: 'M7r', name: 'committed → Running of a warm no-op', work: startLatency, aim: { p50: 60 } },
];

const given = process.argv.slice(2);
const textOption = (name) => given.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
const option = (name, fallback) => Number(textOption(name) ?? fallback);
const named = given.filter((argument) => !argument.startsWith('--'));
const isWanted = (id) => named.length === 0 || named.includes(id);
const sizes = (textOption('runs') ?? '10000,100000,1000000').split(',').map(Number);
const seconds = option('seconds', 15);
const legs = option('legs', 3);
const wanted = metrics.filter((metric) => isWanted(metric.id));

// Unlike in tests the database waits for the disk: these servers have their standard settings.
const servers = await startServers();
const system = await startSystem({ env: { HEADGATE_LOG_LEVEL: 'error' }, servers });
const account = await signUp(system.url);
const sql = new pg.Client({ connectionString: system.databaseUrl });
await sql.connect();
const postmaster = await postmasterOf(sql);
const api = createClient(account.apiUrl, account.key, 200);
const pids = () => [system.pid('api'), system.pid('loops')];
const ours = {
  api,
  sql,
  workspaceId: account.workspaceId,
  account,
  system,
  cpu: () => cpuOf(pids(), postmaster),
  pids,
};
const peer = await preparePeer();

console.log(
  `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, ${(await sql.query('show server_version')).rows[0].server_version} Postgres; load, server and database on the same cores`,
);
let wrong = 0;
try {
  for (const metric of wanted) await measure(metric);
  await measureReads();
} finally {
  await sql.end();
  api.close();
  await peer?.stop();
  await system.stop();
  await servers.stop();
}
process.exit(wrong > 0 ? 1 : 0);

async function measure(metric) {
  const sides = peer && metric.peer ? [ours, peer] : [ours];
  const results = new Map(sides.map((side) => [side, []]));
  for (let leg = -1; leg < legs; leg++) {
    for (const side of sides) {
      const result = await alone(side, () => legOf(metric, side, leg < 0 ? 3 : seconds));
      // The first, short one warms up.
      if (leg < 0) continue;
      results.get(side).push(result);
      if (side === ours && !result.isRight) wrong++;
    }
  }
  report(metric, results.get(ours), seconds);
  if (sides.includes(peer)) reportRatio(peer.name, results.get(ours), results.get(peer));
}

async function measureReads() {
  if (!isWanted('M10') && !isWanted('M11')) return;
  peer?.pause();
  const grown = [];
  for (const runs of sizes) grown.push(await grownWorkspace(ours, runs));
  if (isWanted('M10') && !(await runLists(ours, grown))) wrong++;
  if (isWanted('M11') && !(await dashboards(ours, grown))) wrong++;
  for (const each of grown) each.api.close();
}

async function preparePeer() {
  if (given.includes('--no-peer') || !wanted.some((metric) => metric.peer)) return null;
  const { reason, ...started } = await startPeer(servers.adminUrl, postmaster);
  if (reason) console.log(`Without a Prefect server beside it: ${reason}`);
  return reason ? null : started;
}

/** Work while the other server stands still, so that each is measured with its own idle work and no other. */
async function alone(side, work) {
  const signal = (name) => {
    if (side === peer) for (const pid of pids()) process.kill(pid, name);
    else if (name === 'SIGSTOP') peer?.pause();
    else peer?.resume();
  };
  signal('SIGSTOP');
  try {
    return await work();
  } finally {
    signal('SIGCONT');
  }
}

async function startServers() {
  const named = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-bench-'));
  fs.chmodSync(folder, 0o755);
  const postgres = named ? null : await startPostgres({ folder: path.join(folder, 'postgres') });
  const valkey = process.env.REDIS_URL
    ? null
    : await startValkey({ port: await freePort(), log: path.join(folder, 'valkey.log') });
  return {
    adminUrl: named ?? postgres.url(),
    redisUrl: process.env.REDIS_URL ?? valkey.url,
    stop: async () => {
      await valkey?.stop();
      await postgres?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
