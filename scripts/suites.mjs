// How the suites are run, and what is read of their own reports.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { OutOfReach, preparePython } from '../test/compat/python.mjs';
import { root, run } from './setup.mjs';

const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-reports-'));
process.once('exit', () => fs.rmSync(reports, { recursive: true, force: true }));

const node = (args, options) => run(process.execPath, args, options);

/** Each environment is made once, however many suites ask for it at a time. */
const environments = new Map();
function prepared(lock) {
  if (!environments.has(lock)) environments.set(lock, preparePython(lock));
  return environments.get(lock);
}

/** Makes environments one after the other, in the background: whoever needs one finds it there, or hears what went wrong. */
export async function prepareAhead(locks) {
  for (const lock of new Set(locks)) await prepared(lock).catch(() => undefined);
}

/** The suites of one package; counts come from the runner's own report. */
export async function vitest(folder, { project, env = {} } = {}) {
  const report = path.join(reports, `${folder.replaceAll('/', '-')}-${project ?? 'all'}.json`);
  const args = [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(project ? ['--project', project] : []),
  ];
  let failure = null;
  await node(args, { cwd: path.join(root, folder), env: { ...env, FORCE_COLOR: '0' } }).catch(
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
export async function withPrefect(folder, envOf) {
  const prefect = await prepared('prefect-3.9').then(
    (python) => ({ env: envOf(python) }),
    (error) => {
      if (error instanceof OutOfReach) return { reason: `the parts that need Prefect are left out: ${error.message}` };
      throw error;
    },
  );
  return { ...(await vitest(folder, prefect)), reason: prefect.reason };
}

/** A suite of Python writes its own summary; where Python or its packages are out of reach it says so. */
export async function python(name, lock, ...args) {
  // Whether that went well it finds out itself.
  await prepared(lock).catch(() => undefined);
  return program(`test/${name}/run.mjs`, ...args);
}

/** A program that writes its own summary. */
export async function program(...args) {
  const summary = path.join(fs.mkdtempSync(path.join(reports, 'program-')), 'summary.json');
  const written = await node([...args, '--summary', summary]).catch((error) => ({ error }));
  if (!fs.existsSync(summary)) throw written.error ?? new Error(`${args.join(' ')} wrote no summary.`);
  const { passed, failed, skipped, reason, which } = JSON.parse(fs.readFileSync(summary, 'utf8'));
  if (failed > 0 || written.error)
    throw Object.assign(written.error ?? new Error('tests failed'), {
      counts: { passed, failed: Math.max(failed, 1), skipped },
      which,
    });
  return { passed, failed, skipped, ...(reason && { reason }) };
}
