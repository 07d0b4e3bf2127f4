// `npm test`: set-up, every check, every test, in one go. Closes with "N passed, N failed", where a check counts as one.
// `--checks` leaves the tests out; `--only=name` runs the steps whose name contains it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { locks, OutOfReach, prepareServer } from '../test/compat/python.mjs';
import { root, run, setup } from './setup.mjs';

const checksOnly = process.argv.includes('--checks');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7);
const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-reports-'));
const tsc = [path.join(root, 'node_modules/tsgo/bin/tsc'), '--noEmit', '-p'];
const totals = { passed: 0, failed: 0, skipped: 0 };
const rows = [];

async function step(name, work) {
  if (only && !name.includes(only)) return;
  const started = Date.now();
  let counts;
  let output = '';
  let which = [];
  try {
    counts = (await work()) ?? { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    output = error.message;
    counts = error.counts?.failed ? error.counts : { passed: 0, failed: 1, skipped: 0 };
    which = error.which ?? [];
  }
  for (const key of Object.keys(totals)) totals[key] += counts[key];
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  rows.push({ name, ...counts, which, seconds });
  const outcome = counts.failed > 0 ? 'FAILED' : counts.passed === 0 ? 'skipped' : 'ok';
  console.log(
    `${outcome.padEnd(8)}${name.padEnd(34)}${String(counts.passed).padStart(5)} passed ${seconds.padStart(7)} s`,
  );
  if (counts.reason) console.log(`        ${counts.reason}`);
  if (output) console.log(indent(output));
}

const indent = (text) =>
  text
    .split('\n')
    .slice(-150)
    .map((line) => `        ${line}`)
    .join('\n');
const node = (args, options) => run(process.execPath, args, options);
const bin = (name, args, options) => node([path.join(root, 'node_modules', name), ...args], options);

/** The suites of one package; counts come from the runner's own report. */
async function vitest(folder, { project, env = {} } = {}) {
  const report = path.join(reports, `${folder.replaceAll('/', '-')}-${project ?? 'all'}.json`);
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(project ? ['--project', project] : []),
  ];
  let failure = null;
  await bin('vitest/vitest.mjs', args, { cwd: path.join(root, folder), env: { ...env, FORCE_COLOR: '0' } }).catch(
    (error) => (failure = error),
  );
  if (!fs.existsSync(report)) throw failure ?? new Error(`${folder} wrote no report`);
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    testResults,
  } = JSON.parse(fs.readFileSync(report, 'utf8'));
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  if (failure) {
    const counts = { passed, failed: Math.max(failed + broken, 1), skipped };
    throw Object.assign(failure, { counts, which: testResults.flatMap(failuresOf) });
  }
  return { passed, failed, skipped };
}

/** The failed tests of one file, or the file itself when it could not run, each in one line. */
function failuresOf({ name: file, status, message, assertionResults }) {
  if (status !== 'failed') return [];
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const said = failed.length > 0 ? failed.map((test) => [test.fullName, test.failureMessages[0]]) : [['', message]];
  return said.map(
    ([test, why]) => `${path.relative(root, file)} > ${test}: ${(why ?? '').split('\n')[0].slice(0, 200)}`,
  );
}

/** A suite with parts that need Prefect itself, where it can be had: to compare answers with, to run flows of Python. */
async function withPrefect(folder, envOf) {
  const prefect = await prepareServer().then(
    (python) => ({ env: envOf(python) }),
    (error) => {
      if (error instanceof OutOfReach) return { reason: `the parts that need Prefect are left out: ${error.message}` };
      throw error;
    },
  );
  return { ...(await vitest(folder, prefect)), reason: prefect.reason };
}

/** A suite of Python writes its own summary; where Python or its packages are out of reach it says so. */
const python = (name, ...args) => program(name, `test/${name}/run.mjs`, ...args);

/** A program that writes its own summary. */
async function program(name, ...args) {
  const summary = path.join(reports, `${name}.json`);
  const written = await node([...args, '--summary', summary]).catch((error) => ({ error }));
  if (!fs.existsSync(summary)) throw written.error ?? new Error(`${name} wrote no summary.`);
  const { passed, failed, skipped, reason } = JSON.parse(fs.readFileSync(summary, 'utf8'));
  if (failed > 0 || written.error)
    throw Object.assign(written.error ?? new Error('tests failed'), {
      counts: { passed, failed: Math.max(failed, 1), skipped },
    });
  return { passed, failed, skipped, ...(reason && { reason }) };
}

async function generatedIsCurrent() {
  const files = [
    'services/control-plane/openapi.json',
    'services/control-plane/schema.graphql',
    'docs/reference/settings.md',
  ];
  const before = files.map((file) => fs.readFileSync(path.join(root, file), 'utf8'));
  await node(['services/control-plane/dist/generate.js']);
  const changed = files.filter((file, at) => fs.readFileSync(path.join(root, file), 'utf8') !== before[at]);
  files.forEach((file, at) => fs.writeFileSync(path.join(root, file), before[at]));
  if (changed.length > 0)
    throw new Error(`Not current: ${changed.join(', ')}. Run npm run generate and commit what it writes.`);
}

/** What a person asked for stands in the lock, with hashes, and no lock names the host that it was made from. */
function pythonLocksAreCurrent() {
  for (const file of fs.readdirSync(locks).filter((name) => name.endsWith('.in'))) {
    const lock = fs.readFileSync(path.join(locks, file.replace(/\.in$/, '.lock')), 'utf8');
    const pinned = fs.readFileSync(path.join(locks, file), 'utf8').match(/^\S+==\S+$/gm) ?? [];
    const missing = pinned.filter((pin) => !lock.includes(`\n${pin} \\\n    --hash=`));
    if (missing.length > 0)
      throw new Error(`${file}: ${missing.join(', ')} is not in its lock. Run npm run raise-python.`);
    if (lock.includes('://')) throw new Error(`The lock of ${file} names a host.`);
  }
}

await setup();
console.log('\nChecks');
await step('format', () => bin('oxfmt/bin/oxfmt', ['--check', '.']).then(() => undefined));
await step('lint', () => bin('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']).then(() => undefined));
await step('unused', () => bin('knip/bin/knip.js', ['--no-progress']).then(() => undefined));
await step('boundaries', () => node(['packages/tooling/check-boundaries.mjs']).then(() => undefined));
await step('waits', () => node(['packages/tooling/check-waits.mjs']).then(() => undefined));
await step('python locks', pythonLocksAreCurrent);
await step('generated is current', generatedIsCurrent);
for (const folder of [
  'packages/contracts',
  'packages/testkit',
  'prisma',
  'services/all-in-one',
  'services/control-plane',
  'sdk',
  'worker-agent',
  'examples/typescript',
  'web',
  'test/faults',
  'test/costs',
]) {
  await step(`types ${folder}`, () => node([...tsc, path.join(root, folder, 'tsconfig.json')]).then(() => undefined));
}
if (!checksOnly) {
  console.log('\nTests');
  for (const folder of ['scripts', 'packages/contracts', 'services/all-in-one'])
    await step(`tests ${folder}`, () => vitest(folder));
  await step('tests services/control-plane', () =>
    withPrefect('services/control-plane', (python) => ({ PREFECT_BIN: path.join(path.dirname(python), 'prefect') })),
  );
  await step('tests worker-agent', () => withPrefect('worker-agent', (python) => ({ HEADGATE_TEST_PYTHON: python })));
  for (const folder of ['sdk', 'examples/typescript']) await step(`tests ${folder}`, () => vitest(folder));
  await step('tests web', () => vitest('web', { project: 'unit' }));
  await step('browser', () => vitest('web', { project: 'browser' }));
  await step('faults', () => withPrefect('test/faults', (python) => ({ HEADGATE_TEST_PYTHON: python })));
  await step('costs', () => program('costs', '--import', 'tsx', 'test/costs/run.ts', '--cover'));
  await step('compatibility (Python)', () => python('compat'));
  for (const client of ['3.8', '3.6'])
    await step(`compatibility (Prefect ${client})`, () => python('compat', '--client', client));
  // Always the same requests: what a new seed finds is looked for by hand (`node test/fuzz/run.mjs`).
  await step('fuzzing (Python)', () => python('fuzz', '--seed', '1', '--examples', '3'));
}

fs.rmSync(reports, { recursive: true, force: true });
const failures = rows.filter((row) => row.failed > 0);
if (failures.length > 0) console.log(`\nFailed: ${failures.map((row) => row.name).join(', ')}`);
// Last, since whoever reads a cut report sees its end.
for (const test of failures.flatMap((row) => row.which)) console.log(`  ${test}`);
console.log(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exit(totals.failed > 0 ? 1 : 0);
