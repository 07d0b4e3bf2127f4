// `npm run canary [-- --release 3.9.2] [--only client]`: what the next raise of Prefect would bring. Installs the newest
// release, or the one that is named, into an environment of its own, holds its document, its server and its client
// against what is committed, and names the file that each difference is settled in. `npm test` never runs it.
// Ends with 0 when nothing differs, 1 when something does, 2 when the release cannot be had.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { read } from '../services/control-plane/published/record.mjs';
import { OutOfReach, prepareRelease, versions } from '../test/compat/python.mjs';
import { documentChanges } from './canary-document.mjs';
import { clientFailures, clientVerdict, failuresOf, toldIn } from './canary-words.mjs';
import { root, setup } from './setup.mjs';

const startSecondsMax = 300;
const stopSecondsMax = 20;
const linesMax = 60;
const controlPlane = path.join(root, 'services/control-plane');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-canary-'));
const bin = (python) => path.join(path.dirname(python), 'prefect');

/** The parts in their order: each answers what differs, in lines, and what to say besides, or when nothing does. */
const parts = {
  document: {
    title: 'Its published document (services/control-plane/published: node record.mjs ADDRESS writes it anew)',
    differences: async (python) => ({
      lines: documentChanges(committedDocument(), await lawOf(python)),
      none: 'as committed',
    }),
  },
  conformance: {
    title: 'Our document against it',
    differences: async (python) => {
      await lawOf(python);
      const suites = ['test/conformance/conformance.test.ts', 'test/conformance/names.test.ts'];
      return suite(suites, { HEADGATE_LAW: lawFile }, 'nothing that is not argued');
    },
  },
  server: {
    title: 'Its server beside ours: refusals, nulls, states, filters, limits, screens',
    differences: (python) => suite(['test/differential'], { PREFECT_BIN: bin(python) }, 'answers alike'),
  },
  client: {
    title: 'Its client (test/compat)',
    differences: async (python) => {
      const env = { HEADGATE_COMPAT_PYTHON: python };
      const ask = async (tests) =>
        clientFailures(await run(process.execPath, ['test/compat/run.mjs', ...tests], { env }));
      const first = await ask([]);
      // The tests of budgets need a system of their own.
      const [budgets, others] = [true, false].map((are) =>
        first.tests.filter((test) => test.startsWith('test_budgets.py') === are),
      );
      const again = [];
      for (const tests of [others, budgets]) if (tests.length > 0) again.push({ asked: tests, ...(await ask(tests)) });
      return clientVerdict(first, again);
    },
  },
};

async function main() {
  const { release, only = Object.keys(parts) } = asked();
  try {
    await setup();
    const python = await prepareRelease(release);
    const pinned = fs.readFileSync(path.join(root, 'test/python/prefect-3.9.in'), 'utf8').split('\n')[0];
    console.log(`canary: ${versions(python)}, beside the committed ${pinned}`);
    const isCommitted = `${versions(python)},`.includes(` ${pinned.split('==')[1]},`);
    const remedy = isCommitted
      ? 'It is the committed release: what differs is ours, or this machine is too slow.'
      : 'When that is settled: raise the version in test/python/*.in, then npm run raise-python.';
    const differ = [];
    for (const name of only) if (await tell(parts[name], python)) differ.push(name);
    console.log(
      differ.length > 0 ? `\ncanary: it differs (${differ.join(', ')}). ${remedy}` : '\ncanary: nothing differs.',
    );
    return differ.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof OutOfReach)) throw error;
    console.log(`canary: ${error.message}`);
    return 2;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function asked() {
  const { values } = parseArgs({
    options: { release: { type: 'string' }, only: { type: 'string', multiple: true } },
  });
  const unknown = values.only?.find((name) => !(name in parts));
  if (unknown === undefined) return values;
  console.error(`There is no part ${unknown}; there are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

/** Whether it differs. */
async function tell({ title, differences }, python) {
  const started = Date.now();
  console.log(`\n${title}\n${'='.repeat(title.length)}`);
  const { lines, none = 'nothing differs', notes = [] } = await differences(python);
  for (const line of lines.length > 0 ? lines.slice(0, linesMax) : [none]) console.log(`  ${line}`);
  if (lines.length > linesMax) console.log(`  … and ${lines.length - linesMax} more lines`);
  for (const note of notes) console.log(`  ${note}`);
  console.log(`  (${Math.round((Date.now() - started) / 1000)} s)`);
  return lines.length > 0;
}

function run(command, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (written += data));
    child.on('error', (error) => resolve(`${written}\n${error.message}`));
    child.on('close', () => resolve(written));
  });
}

/** What failed in suites of the control plane. */
async function suite(suites, env, none) {
  const file = path.join(scratch, 'report.json');
  fs.rmSync(file, { force: true });
  const reporter = path.join(import.meta.dirname, 'canary-reporter.mjs');
  const args = [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...suites, `--reporter=${reporter}`];
  const written = await run(process.execPath, args, { cwd: controlPlane, env: { ...env, CANARY_REPORT: file } });
  if (!fs.existsSync(file)) return { lines: [`the suites wrote no report: ${written.slice(-500)}`] };
  const report = JSON.parse(fs.readFileSync(file, 'utf8'));
  const lines = failuresOf(report);
  // A suite that finds no server to compare with leaves everything out.
  const told = toldIn(report);
  return told > 0 ? { lines, none: `${none} (${told} tests)` } : { lines: ['every test was left out'] };
}

const committedDocument = () => JSON.parse(fs.readFileSync(path.join(controlPlane, 'published/server.json'), 'utf8'));

const lawFile = path.join(scratch, 'server.json');

/** What that release publishes, as `record.mjs` would write it; in `lawFile` from then on. */
async function lawOf(python) {
  if (!fs.existsSync(lawFile)) fs.writeFileSync(lawFile, JSON.stringify(await documentOf(python)));
  return JSON.parse(fs.readFileSync(lawFile, 'utf8'));
}

async function documentOf(python) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = { PREFECT_HOME: path.join(scratch, 'home'), PREFECT_API_URL: `${url}/api`, DO_NOT_TRACK: '1' };
  const args = ['server', 'start', '--port', String(port), '--no-services'];
  const server = spawn(bin(python), args, { env: { ...process.env, ...own }, stdio: 'ignore' });
  const gone = new Promise((resolve) => server.once('exit', resolve).once('error', resolve));
  try {
    for (const deadline = Date.now() + startSecondsMax * 1000; Date.now() < deadline && server.exitCode === null;) {
      const document = await read(`${url}/openapi.json`).catch(() => null);
      if (document) return document;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`The server of ${versions(python)} did not start within ${startSecondsMax} s.`);
  } finally {
    const force = setTimeout(() => server.kill('SIGKILL'), stopSecondsMax * 1000);
    server.kill('SIGINT');
    await gone;
    clearTimeout(force);
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

process.exitCode = await main();
