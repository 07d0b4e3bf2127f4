// M7, the second half: a real agent with a warm process runs a no-op flow; from the answer that tells of the commit to the
// time that the run's Running state carries.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const settledMs = 3_000;

export async function startLatency({ api, sql, workspaceId, account, seconds }) {
  const pool = `start-${randomUUID()}`;
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-bench-'));
  fs.writeFileSync(
    path.join(home, 'noop.ts'),
    "import { flow } from '@headgate/sdk';\nexport const noop = flow(async () => undefined, { name: 'noop' });\n",
  );
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(home, 'node_modules'));
  fs.writeFileSync(path.join(home, 'package.json'), '{"type":"module"}');
  await api.post('/work_pools/', { name: pool, type: 'process', base_job_template: {} });
  const flow = await api.post('/flows/', { name: 'noop' });
  const deployment = await api.post('/deployments/', {
    name: pool,
    flow_id: flow.id,
    work_pool_name: pool,
    path: home,
    entrypoint: 'noop.ts:noop',
  });
  const env = { ...process.env, HEADGATE_HOME: home, HEADGATE_API_URL: account.apiUrl, HEADGATE_API_KEY: account.key };
  const agent = spawn(process.execPath, [path.join(root, 'worker-agent/bin/agent.js'), 'start', '--pool', pool], {
    env,
    cwd: home,
    stdio: 'ignore',
  });
  await wait(settledMs);
  const durations = [];
  const ids = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const run = await api.post(`/deployments/${deployment.id}/create_flow_run`, {});
    ids.push(run.id);
    const ended = await untilEnded(api, sql, workspaceId, run.id);
    durations.push(Date.parse(ended.started) - Date.parse(run.created));
    // The next warm process has to be up: it is start latency that is measured, not how many can be forked.
    await wait(600);
  }
  agent.kill('SIGTERM');
  await new Promise((resolve) => agent.once('exit', resolve));
  fs.rmSync(home, { recursive: true, force: true });
  const check = async () => {
    const { rows } = await sql.query(
      "select count(*)::int as n from flow_run where workspace_id = $1 and id = any($2::uuid[]) and state_type = 'COMPLETED'",
      [workspaceId, ids],
    );
    return [`${ids.length} made, ${rows[0].n} completed`, rows[0].n === ids.length];
  };
  return { durations, check };
}

async function untilEnded(api, sql, workspaceId, id) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await wait(20)) {
    const { rows } = await sql.query(
      'select state_type, start_time::text as started from flow_run where workspace_id = $1 and id = $2',
      [workspaceId, id],
    );
    if (['COMPLETED', 'FAILED', 'CRASHED'].includes(rows[0]?.state_type)) return rows[0];
  }
  throw new Error(`run ${id} did not end`);
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
