/**
 * Drives the system with the unmodified Prefect client:
 * `node test/compat/run.mjs [--client 3.9|3.8|3.6] [--summary FILE] [-- pytest arguments]`.
 * Sets up Python by itself unless HEADGATE_COMPAT_PYTHON names one, starts the built system unless HEADGATE_COMPAT_URL
 * names a running one, and signs a person up.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { OutOfReach, prepareClient, versions } from './python.mjs';

const here = import.meta.dirname;
const suiteMinutesMax = 25;
/** More of them than cores only wait for each other. */
const groupsMax = 2;
/** What an older client is asked: that it gets in by every address, that flows, workers and the engine do in both modes. */
const ofOlderClients = [
  'test_addresses.py',
  'test_server_mode.py',
  'test_engine.py',
  'test_deployments.py',
  'test_client_runs.py',
  'test_client_work.py',
];
/** What a workspace may do in a second where `test_budgets.py` runs, which needs a system of its own for that. */
const budgetsFile = 'test_budgets.py';
const metricsToken = 'read-by-the-compatibility-suite';
const smallBudgets = {
  HEADGATE_LIMIT_REQUESTS: '30',
  HEADGATE_LIMIT_RUNS: '2',
  HEADGATE_LIMIT_LOG_LINES: '100',
  HEADGATE_LIMIT_EVENTS: '60',
  HEADGATE_METRICS_TOKEN: metricsToken,
};
const { values, positionals } = parseArgs({
  options: { summary: { type: 'string' }, client: { type: 'string', default: '3.9' } },
  allowPositionals: true,
});

if (values.summary) rmSync(values.summary, { force: true });
process.exitCode = await main();

async function main() {
  let python;
  try {
    python = process.env.HEADGATE_COMPAT_PYTHON ?? (await prepareClient(values.client));
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    console.log(`compat: skipped, ${error.message}`);
    return report({ passed: 0, failed: 0, skipped: countTests(), reason: `skipped: ${error.message}` });
  }
  const scratch = mkdtempSync(path.join(tmpdir(), 'headgate-compat-'));
  const groups = positionals.length > 0 ? [positionals] : groupsOfFiles();
  const systems = [];
  const systemOf = (group) => {
    const small = group.some((file) => file.startsWith(budgetsFile));
    return (systems[Number(small)] ??= openSystem(small ? smallBudgets : {}));
  };
  try {
    const parts = await Promise.all(
      groups.map(async (group, at) => runGroup(python, (await systemOf(group)).url, scratch, group, `${at + 1}`)),
    );
    const summary = parts.reduce((sum, part) => ({
      passed: sum.passed + part.passed,
      failed: sum.failed + part.failed,
      skipped: sum.skipped + part.skipped,
      which: [...sum.which, ...part.which],
    }));
    console.log(
      `compat: ${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped (${versions(python)})`,
    );
    if (summary.failed) for (const system of await Promise.all(systems)) console.log(system?.log() ?? '');
    return report(summary);
  } finally {
    for (const system of await Promise.all(systems)) await system?.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Writes the counts where the caller wants them; answers the exit code. */
function report(summary) {
  if (values.summary) writeFileSync(values.summary, `${JSON.stringify(summary)}\n`);
  return summary.failed ? 1 : 0;
}

function countTests() {
  return files().flatMap((name) => readFileSync(path.join(here, name), 'utf8').match(/^def test_/gm) ?? []).length;
}

async function openSystem(env) {
  const url = process.env.HEADGATE_COMPAT_URL;
  if (url) return { url: url.replace(/\/$/, ''), log: () => '', stop: async () => undefined };
  const { startSystem } = await import('@headgate/testkit');
  return startSystem({ env });
}

/**
 * The files in so many groups as run side by side; in the order of pytest.ini, each after the other into the next group.
 * That of the small budgets mostly waits, and goes beside them; it can say nothing of a system that somebody else started.
 */
function groupsOfFiles() {
  const others = files().filter((file) => file !== budgetsFile);
  const groups = Array.from({ length: groupsMax }, (_, group) => others.filter((_, at) => at % groupsMax === group));
  return others.length < files().length && !process.env.HEADGATE_COMPAT_URL ? [...groups, [budgetsFile]] : groups;
}

/** The whole suite is for the client that we follow. */
function files() {
  if (values.client !== '3.9') return ofOlderClients;
  return readFileSync(path.join(here, 'pytest.ini'), 'utf8').match(/test_\w+\.py/g);
}

/** Some of the tests with a person, a workspace and a home of their own. */
async function runGroup(python, url, scratch, group, name) {
  const folder = path.join(scratch, name);
  mkdirSync(folder);
  return runTests(python, folder, await environment(url, folder, `Compat Suite ${name}`), group, name);
}

async function environment(url, scratch, name) {
  const { signUp } = await import('@headgate/testkit');
  const account = await signUp(url, name);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PREFECT'));
  return {
    ...Object.fromEntries(inherited),
    HEADGATE_COMPAT_URL: url,
    HEADGATE_COMPAT_ACCOUNT_ID: account.accountId,
    HEADGATE_COMPAT_WORKSPACE_ID: account.workspaceId,
    HEADGATE_COMPAT_WORKSPACE: account.handle,
    HEADGATE_COMPAT_KEY: account.key,
    HEADGATE_COMPAT_METRICS_TOKEN: metricsToken,
    PREFECT_HOME: path.join(scratch, 'home'),
    // The client keeps a folder of a fixed name in the temporary one; there it may belong to another user.
    TMPDIR: scratch,
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
    PYTHONDONTWRITEBYTECODE: '1',
    DO_NOT_TRACK: '1',
  };
}

/** Ctrl-C reaches pytest as one, so that it ends the processes it started. */
async function runTests(python, scratch, env, tests, name) {
  const results = path.join(scratch, 'results.xml');
  const args = [
    '-m',
    'pytest',
    '-ra',
    '--tb=short',
    `--junitxml=${results}`,
    `--basetemp=${path.join(scratch, 'tests')}`,
    ...tests,
  ];
  const child = spawn(python, args, { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    readline.createInterface({ input: stream }).on('line', (line) => console.log(`${name} ${line}`));
  const interrupt = () => child.kill('SIGINT');
  const tooLong = setTimeout(interrupt, suiteMinutesMax * 60_000);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(tooLong);
  return counts(results, code);
}

/** A run that did not come to its end counts as one more failure. */
function counts(results, code) {
  const broken = code === 0 || code === 1 ? 0 : 1;
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0, which: [`pytest ended with ${code}`] };
  const text = readFileSync(results, 'utf8');
  const [head] = text.match(/<testsuite [^>]*>/);
  const [tests, failures, errors, skipped] = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
    Number(head.match(` ${name}="(\\d+)"`)[1]),
  );
  const which = [...(broken ? [`pytest ended with ${code}`] : []), ...failuresIn(text)];
  return { passed: tests - failures - errors - skipped, failed: failures + errors + broken, skipped, which };
}

/** The failed tests in one line each. */
function failuresIn(text) {
  return [
    ...text.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*><(?:failure|error) message="([^"]*)"/g),
  ].map(([, file, test, message]) => `test/compat/${file}.py > ${test}: ${message.split('&#10;')[0].slice(0, 200)}`);
}
