import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { signUp, startSystem, until, type TestAccount, type TestSystem } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Stored } from './checks.js';

/**
 * Scripts that no agent and no worker looks after are killed: they tell that they live, and when they tell no more, their
 * runs crash, with all that they had.
 */

/** An interpreter that has Prefect; `npm test` names one. */
const python = process.env['HEADGATE_TEST_PYTHON'];
if (!python) console.log('Python is left out: HEADGATE_TEST_PYTHON names no interpreter that has Prefect');

/** Three heartbeats of thirty seconds are waited for, and then the next look. */
const secondsMax = 120;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-scripts-'));
const children: ChildProcess[] = [];
let system: TestSystem;
let stored: Stored;
let account: TestAccount;

beforeAll(async () => {
  system = await startSystem();
  stored = Stored.open(system.databaseUrl);
  account = await signUp(system.url, 'Scripts');
  for (const name of ['tag:winch-py', 'crane'])
    await account.api('POST', '/v2/concurrency_limits/', { name, limit: 1 });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stored?.close();
  await system?.stop();
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

type Run = { id: string; state_type: string; state_name: string; state: { message: string | null } };
const runsOf = (flow: string) =>
  account.api<Run[]>('POST', '/flow_runs/filter', { flows: { name: { any_: [flow] } }, sort: 'START_TIME_DESC' });
const typesOf = async (kind: 'flow_run' | 'task_run') =>
  (await stored.rows<{ state_type: string }>(`select distinct state_type from ${kind}`)).map((row) => row.state_type);
const heartbeatsOf = (id: string) =>
  stored.number(
    `select count(*) from event where event = 'prefect.flow-run.heartbeat' and resource_id = 'prefect.flow-run.' || $1`,
    [id],
  );
const slots = async () =>
  (await account.api<{ name: string; active_slots: number }[]>('POST', '/v2/concurrency_limits/filter', {})).flatMap(
    ({ name, active_slots }) => (active_slots > 0 ? [name] : []),
  );

const env = () => ({
  ...process.env,
  HEADGATE_HOME: path.join(folder, 'headgate'),
  HEADGATE_API_URL: account.apiUrl,
  HEADGATE_API_KEY: account.key,
  PREFECT_HOME: path.join(folder, 'prefect'),
  PREFECT_API_URL: `${system.url}/api`,
  PREFECT_API_AUTH_STRING: account.key,
  PREFECT_FLOWS_HEARTBEAT_FREQUENCY: '30',
});

function begin(program: string, words: string[]): ChildProcess {
  const child = spawn(program, words, { cwd: import.meta.dirname, env: env(), stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}
const beginTypeScript = () => begin(process.execPath, ['--import', 'tsx', 'crewed.ts']);

const says = (child: ChildProcess, word: string) =>
  new Promise<void>((resolve) => child.stdout!.on('data', (piece: Buffer) => piece.includes(word) && resolve()));

/** Kills it, and waits for what the server makes of it. */
async function killed(child: ChildProcess, run: Run): Promise<void> {
  child.kill('SIGKILL');
  const now = () => account.api<Run>('GET', `/flow_runs/${run.id}`);
  const crashed = await until(
    'it has crashed',
    async () => {
      const found = await now();
      return found.state_type === 'CRASHED' && found;
    },
    secondsMax,
  );
  expect(crashed.state.message).toMatch(/^Its process has not been heard of for \d+ seconds\.$/);
}

test('a script that is killed while it runs crashes, with its task runs, its subflow runs and its slots', async () => {
  const typescript = beginTypeScript();
  const script = python ? begin(python, ['crewed.py']) : null;
  await Promise.all([says(typescript, 'working'), script && says(script, 'working')]);
  const [run] = await runsOf('crewed-typescript');
  await until('it has told that it lives', async () => (await heartbeatsOf(run!.id)) > 0);
  const gone = [killed(typescript, run!)];
  if (script) {
    const [its] = await runsOf('crewed-python');
    // How far apart they are is learnt from two.
    await until('it has told twice that it lives', async () => (await heartbeatsOf(its!.id)) > 1);
    expect(await slots()).toEqual(expect.arrayContaining(['crane']));
    gone.push(killed(script, its!));
  }
  await Promise.all(gone);
  await until('nothing goes on', async () => {
    const types = [...(await typesOf('flow_run')), ...(await typesOf('task_run'))];
    return types.every((type) => type === 'CRASHED');
  });
  await until('no slot is held', async () => (await slots()).length === 0, 90);
  expect(await stored.leftovers()).toEqual([]);
});

test('so does one that is killed before it could tell that it lives, as it begins or before', async () => {
  const child = beginTypeScript();
  const run = await until('it has a run', async () => (await runsOf('crewed-typescript')).find(isGoing));
  await killed(child, run);
  await until('nothing goes on', async () => (await typesOf('flow_run')).every((type) => type === 'CRASHED'));
  expect(await stored.leftovers()).toEqual([]);
});

const isGoing = ({ state_type }: Run) => state_type === 'PENDING' || state_type === 'RUNNING';
