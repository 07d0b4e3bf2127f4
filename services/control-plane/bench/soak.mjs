// `npm run soak [-- --minutes=30] [--rate=N] [--keep=SECONDS]`: whole lives of runs for so long, at half of what the machine can do,
// while runs expire a third of that time after their end. Says what grew, and whether anything was lost or left behind.
import { signUp, startSystem } from '@headgate/testkit';
import { Redis } from 'ioredis';
import os from 'node:os';
import pg from 'pg';
import { cpuBetween, cpuOf, postmasterOf } from './cpu.mjs';
import { createClient } from './driver.mjs';
import { startServers } from './servers.mjs';
import { census } from './soak-census.mjs';
import { Load } from './soak-load.mjs';
import { grownTables, sampleOf, trends } from './soak-samples.mjs';

const option = (name) => Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1]);
const seconds = (option('minutes') || 30) * 60;
const peakSeconds = Math.min(15, seconds / 10);
/** What the second third and the last have in common: runs are made, and as many expire. */
const keptSeconds = option('keep') || Math.max(90, seconds / 3 - 60);
const sampleSeconds = Math.min(10, seconds / 60);

const servers = await startServers();
const env = { HEADGATE_LOG_LEVEL: 'error', HEADGATE_RETENTION_RUN_DAYS: String(keptSeconds / 86_400) };
const system = await startSystem({ env, servers });
const account = await signUp(system.url);
const sql = new pg.Client({ connectionString: system.databaseUrl });
await sql.connect();
const postmaster = await postmasterOf(sql);
const redis = new Redis(servers.redisUrl);
const api = createClient(account.apiUrl, account.key, 80);
const cpu = () => cpuOf([system.pid('api'), system.pid('loops')], postmaster, servers.valkeyPid);
const load = new Load({ api, account });
let isRight = true;
try {
  await load.prepare();
  const startedAt = Date.now();
  const peak = await load.run(Infinity, peakSeconds);
  const rate = option('rate') || peak / 2;
  console.log(`${os.cpus()[0].model.trim()}, ${os.cpus().length} cores; runs are kept for ${keptSeconds.toFixed(0)} s`);
  console.log(
    `at most ${peak.toFixed(1)} lives a second in the first ${peakSeconds} s; from now on ${rate.toFixed(1)}, for ${(seconds / 60).toFixed(0)} minutes`,
  );
  const samples = [];
  let over = false;
  const sampling = (async () => {
    for (; !over; await new Promise((resolve) => setTimeout(resolve, sampleSeconds * 1000))) {
      samples.push(await sampleOf({ sql, system, redis, startedAt }));
      if (samples.length % Math.ceil(60 / sampleSeconds) === 1) console.log(`    ${lineOf(samples.at(-1))}`);
    }
  })();
  const before = cpu();
  const [begunBefore, began] = [load.ended.size, Date.now()];
  const made = await load.run(rate, seconds - peakSeconds);
  const [used, ran] = [cpuBetween(before, cpu()), load.ended.size - begunBefore];
  over = true;
  await sampling;
  const perRun = Object.entries(used).map(([who, ms]) => `${who} ${(ms / ran).toFixed(2)}`);
  console.log(
    `\n${made.toFixed(1)} lives a second, ${ran} in ${((Date.now() - began) / 60_000).toFixed(1)} minutes; ms of CPU a life: ${perRun.join(', ')}`,
  );
  report(samples);
  for (const finding of await census({ sql, workspaceId: account.workspaceId }, load, keptSeconds)) tell(finding);
  tell({
    isRight: load.failures.length === 0,
    text: `${load.failures.length} requests failed ${JSON.stringify(load.failures.slice(0, 3))}`,
  });
} finally {
  load.close();
  api.close();
  redis.disconnect();
  await sql.end();
  await system.stop();
  await servers.stop();
}
process.exit(isRight ? 0 : 1);

function report(samples) {
  for (const { name, before, after, isFlat } of trends(samples, seconds))
    tell({
      isRight: isFlat,
      text: `${name}: ${amount(name, before)} in the second third, ${amount(name, after)} in the last`,
    });
  const events = samples.at(-1).byTable.event;
  console.log(
    `       events, which go by whole days: ${(events.bytes / 2 ** 20).toFixed(0)} MiB for ${events.live} rows`,
  );
  for (const { name, bytes, grown, live, dead } of grownTables(samples, seconds).slice(0, 8))
    console.log(
      `       ${name}: ${(bytes / 2 ** 20).toFixed(1)} MiB, ${(grown / 2 ** 20).toFixed(1)} of it from the last third; ${live} rows, ${dead} dead`,
    );
}

function tell({ isRight: holds, text }) {
  isRight &&= holds;
  console.log(`${holds ? 'right: ' : 'WRONG: '}${text}`);
}

function amount(name, value) {
  return /rows|keys/.test(name) ? value.toFixed(0) : `${(value / 2 ** 20).toFixed(1)} MiB`;
}

function lineOf({ second, figures }) {
  return `${second.toFixed(0).padStart(5)} s  ${Object.entries(figures)
    .map(([name, value]) => `${name} ${amount(name, value)}`)
    .join(', ')}; ${load.ended.size} ended`;
}
