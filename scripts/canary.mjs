// `npm run canary`: what the next raise of Prefect would bring. Installs the newest release into an environment of its own,
// holds its document, its server and its client against what is committed, and names the file that each difference
// is settled in. `npm test` never runs it. Exit code 1 when anything differs.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { read } from '../services/control-plane/published/record.mjs';
import { OutOfReach, prepareNewest, versions } from '../test/compat/python.mjs';
import { documentChanges } from './canary-document.mjs';
import { root, setup } from './setup.mjs';

const startSecondsMax = 300;
const linesMax = 40;
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-canary-'));
const bin = (python) => path.join(path.dirname(python), 'prefect');

/** Where a failing suite is settled, by a part of its name. */
const remedies = [
  [
    'differential/refusals',
    'test/differential/refusals.txt: REFUSALS=write writes it anew; then packages/contracts/src/rest',
  ],
  ['differential/filters', 'test/differential/screens.txt: SCREENS=write writes it anew; filters: src/modules/filters'],
  ['differential/matrix', 'test/property/matrix.txt, then src/modules/runs/states and test/property/model.ts'],
  ['differential/states', 'src/modules/runs/states and test/property/model.ts; accidents: test/property/play.ts'],
  ['differential/limits', 'src/modules/concurrency'],
  ['conformance', 'packages/contracts/src/rest; on purpose: test/conformance/differences.ts'],
];

let differs = false;
const title = (text) => console.log(`\n${text}\n${'='.repeat(text.length)}`);
function tell(lines, none) {
  if (lines.length > 0) differs = true;
  for (const line of lines.length > 0 ? lines.slice(0, linesMax) : [none]) console.log(`  ${line}`);
  if (lines.length > linesMax) console.log(`  … and ${lines.length - linesMax} more`);
}

function run(command, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (written += data));
    child.on('close', () => resolve(written));
  });
}

const freePort = () =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The document of a running server of that release, as `record.mjs` would write it. */
async function newestDocument(python) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    PREFECT_HOME: path.join(scratch, 'home'),
    PREFECT_API_URL: `${url}/api`,
    DO_NOT_TRACK: '1',
  };
  const server = spawn(bin(python), ['server', 'start', '--port', String(port), '--no-services'], {
    env,
    stdio: 'ignore',
  });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  try {
    for (const deadline = Date.now() + startSecondsMax * 1000; Date.now() < deadline && server.exitCode === null;) {
      const document = await read(`${url}/openapi.json`).catch(() => null);
      if (document) return document;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error(`The server of ${versions(python)} did not start within ${startSecondsMax} s.`);
  } finally {
    server.kill('SIGINT');
    await gone;
  }
}

/** What failed in suites of the control plane, each with what was expected and what came. */
async function failures(suites, env) {
  const report = path.join(scratch, 'report.json');
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', ...suites, '--reporter=json', `--outputFile=${report}`];
  const written = await run(process.execPath, args, { cwd: path.join(root, 'services/control-plane'), env });
  if (!fs.existsSync(report)) return [`the suites wrote no report: ${written.slice(-500)}`];
  return JSON.parse(fs.readFileSync(report, 'utf8')).testResults.flatMap((file) => {
    const remedy = remedies.find(([part]) => file.name.includes(part))?.[1] ?? file.name;
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0) return file.status === 'failed' ? [`${file.name}: ${file.message}`] : [];
    return failed.flatMap(({ fullName, failureMessages }) => [
      `${fullName}`,
      ...changedLines(failureMessages.join('\n')).map((line) => `    ${line}`),
      `    → ${remedy}`,
    ]);
  });
}

const changedLines = (message) => {
  const plain = stripVTControlCharacters(message).split('\n');
  const changed = plain.filter((line) => /^\s*[-+] /.test(line));
  return (changed.length > 0 ? changed : plain).slice(0, 12).map((line) => line.slice(0, 240));
};

await setup();
let python;
try {
  python = await prepareNewest();
} catch (error) {
  if (!(error instanceof OutOfReach)) throw error;
  console.log(`canary: ${error.message}`);
  process.exit(2);
}
const pinned = fs.readFileSync(path.join(root, 'test/python/prefect-3.9.in'), 'utf8').split('\n')[0];
console.log(`canary: ${versions(python)}, beside the committed ${pinned}`);

const newest = await newestDocument(python);
const law = path.join(scratch, 'server.json');
fs.writeFileSync(law, JSON.stringify(newest));
const committed = JSON.parse(fs.readFileSync(path.join(root, 'services/control-plane/published/server.json'), 'utf8'));
title('Its published document (services/control-plane/published: node record.mjs ADDRESS)');
tell(documentChanges(committed, newest), 'as committed');

title('Our document against it');
tell(
  await failures(['test/conformance/conformance.test.ts', 'test/conformance/names.test.ts'], { HEADGATE_LAW: law }),
  'nothing that is not argued',
);

title('Its server beside ours: refusals, states, filters, limits, screens');
tell(await failures(['test/differential'], { PREFECT_BIN: bin(python) }), 'answers alike');

title('Its client (test/compat)');
const said = await run(process.execPath, ['test/compat/run.mjs'], { env: { HEADGATE_COMPAT_PYTHON: python } });
const failed = said.split('\n').filter((line) => /^\d+ (FAILED|ERROR) /.test(line));
const closing = said.split('\n').findLast((line) => line.startsWith('compat: ')) ?? 'compat: did not come to its end';
tell(failed.length > 0 || / 0 failed/.test(closing) ? failed : [said.slice(-500)], closing);

fs.rmSync(scratch, { recursive: true, force: true });
console.log(
  differs
    ? '\ncanary: it differs. Raise the version in test/python/*.in when the above is settled.'
    : '\ncanary: nothing differs.',
);
process.exit(differs ? 1 : 0);
