// A real Prefect server beside ours: the release that all suites use, its database on the same Postgres.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '@headgate/all-in-one';
import pg from 'pg';
import { OutOfReach, prepareServer, versions } from '../../../test/compat/python.mjs';
import { cpuOf, treeOf } from './cpu.mjs';
import { createClient } from './driver.mjs';

const startSecondsMax = 180;

/** Starts it; answers what a workload needs, or the reason why there is none. */
export async function startPeer(adminUrl, postmaster) {
  let python;
  try {
    python = await prepareServer();
  } catch (error) {
    if (error instanceof OutOfReach) return { reason: error.message };
    throw error;
  }
  const database = await createDatabase(adminUrl);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-bench-peer-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  // Connections are kept, as the load keeps them.
  const args = ['server', 'start', '--port', new URL(url).port, '--keep-alive-timeout', '3600'];
  const child = spawn(path.join(path.dirname(python), 'prefect'), args, {
    env: {
      ...process.env,
      PREFECT_HOME: home,
      PREFECT_API_DATABASE_CONNECTION_URL: database.url.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:'),
      PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
      PREFECT_UI_ENABLED: 'false',
      PREFECT_LOGGING_SERVER_LEVEL: 'CRITICAL',
      DO_NOT_TRACK: '1',
    },
    stdio: 'ignore',
  });
  const signal = (name) => treeOf(child.pid).forEach((pid) => process.kill(pid, name));
  const stop = async () => {
    if (child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      signal('SIGCONT');
      child.kill('SIGINT');
      await gone;
    }
    await database.drop();
    fs.rmSync(home, { recursive: true, force: true });
  };
  await untilHealthy(url, child);
  const api = createClient(`${url}/api`, '', 200);
  return {
    name: versions(python),
    api,
    account: { apiUrl: `${url}/api`, key: '' },
    databaseUrl: database.url,
    // It answers pings before it has read what came: who sends for as long as it takes them waits for minutes.
    turns: 2,
    cpu: () => cpuOf(treeOf(child.pid), postmaster),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    stop: async () => {
      api.close();
      await stop();
    },
  };
}

async function createDatabase(adminUrl) {
  const name = `headgate_bench_peer_${randomUUID().slice(0, 8)}`;
  const asAdmin = async (text) => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await asAdmin(`create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => asAdmin(`drop database ${name} with (force)`) };
}

async function untilHealthy(url, child) {
  for (const deadline = Date.now() + startSecondsMax * 1000; Date.now() < deadline;) {
    if (child.exitCode !== null) throw new Error(`The Prefect server ended with ${child.exitCode}.`);
    const isHealthy = await fetch(`${url}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isHealthy) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`The Prefect server did not answer within ${startSecondsMax} s.`);
}
