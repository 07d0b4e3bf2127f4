// `npm run bench [-- M1 M3 M10] [--seconds=15] [--legs=3] [--runs=10000,1000000] [--peer-runs=100000] [--no-peer]`: rate,
// p50, p99 and CPU per operation, with all features on, and a look at what was stored after each leg. Where Python can
// install Prefect, a real Prefect server does the same in turns, its reads with up to `--peer-runs` runs: it loads slowly.
// It starts systems of its own; TEST_DATABASE_URL and REDIS_URL name other servers.
import os from 'node:os';
import { signUp, startSystem } from '@headgate/testkit';
import pg from 'pg';
import { cpuOf, postmasterOf } from './cpu.mjs';
import { dashboards } from './dashboards.mjs';
import { createClient } from './driver.mjs';
import { expiry } from './expiry.mjs';
import { grownWorkspace } from './grown-workspace.mjs';
import { legOf, report, reportRatio } from './legs.mjs';
import { runLists } from './lists.mjs';
import { metrics } from './metrics.mjs';
import { floods, neighbours } from './neighbours.mjs';
import { fillPeer } from './peer-fixture.mjs';
import { startPeer } from './peer.mjs';
import { startServers } from './servers.mjs';
import { storage } from './storage.mjs';

const given = process.argv.slice(2);
const textOption = (name) => given.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
const option = (name, fallback) => Number(textOption(name) ?? fallback);
const named = given.filter((argument) => !argument.startsWith('--'));
const isWanted = (id) => named.length === 0 || named.includes(id) || named.includes(id.toLowerCase());
const sizes = (textOption('runs') ?? '10000,100000,1000000').split(',').map(Number);
const peerRunsMax = option('peer-runs', 100_000);
const seconds = option('seconds', 15);
const legs = option('legs', 3);
const wanted = metrics.filter((metric) => isWanted(metric.id));
const readsAreWanted = isWanted('M10') || isWanted('M11');

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
  cpu: () => cpuOf(pids(), postmaster, servers.valkeyPid),
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
  await measureNeighbours();
  if (isWanted('M13') && !(await expiry(servers, sizes.at(-1)))) wrong++;
  if (isWanted('M13')) await storage(servers, option('stored-runs', 10_000));
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
      const result = await alone(side, () =>
        legOf(side === peer ? { ...metric, ...metric.peer } : metric, side, leg < 0 ? 3 : seconds),
      );
      // The first, short one warms up.
      if (leg < 0) continue;
      results.get(side).push(result);
      if (side === ours && !result.isRight) wrong++;
    }
  }
  report(metric, results.get(ours), seconds);
  if (sides.includes(peer)) reportRatio(peer.name, results.get(ours), results.get(peer), metric.peer);
}

async function measureReads() {
  if (!readsAreWanted) return;
  const grown = [];
  for (const runs of sizes) grown.push(await alone(ours, () => grownWorkspace(ours, runs)));
  for (const each of grown) {
    console.log(`\n${each.runs} runs, loaded in ${each.seconds.toFixed(0)} s`);
    const other = each.runs <= peerRunsMax ? peer : null;
    if (other) console.log(`    and into ${other.name} in ${(await fillPeer(ours, each.account, other)).toFixed(0)} s`);
    if (isWanted('M10') && !(await runLists(ours, other, each, alone))) wrong++;
    if (isWanted('M11') && !(await dashboards(ours, other, each, alone))) wrong++;
    each.api.close();
  }
}

async function measureNeighbours() {
  const kinds = textOption('floods')?.split(',') ?? floods;
  if (isWanted('M14') && !(await neighbours(ours, { rounds: legs, seconds: option('seconds', 8), kinds }))) wrong++;
}

async function preparePeer() {
  const isNeeded =
    wanted.some((metric) => metric.peer) || (readsAreWanted && sizes.some((runs) => runs <= peerRunsMax));
  if (given.includes('--no-peer') || !isNeeded) return null;
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
