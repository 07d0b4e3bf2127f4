// The checks, run and remembered by turbo: what has passed with the same files, packages and compilers passes again.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, run } from './setup.mjs';

const typed = {
  '@headgate/contracts': 'packages/contracts',
  '@headgate/testkit': 'packages/testkit',
  '@headgate/prisma': 'prisma',
  '@headgate/all-in-one': 'services/all-in-one',
  '@headgate/control-plane': 'services/control-plane',
  '@headgate/sdk': 'sdk',
  '@headgate/agent': 'worker-agent',
  '@headgate/examples': 'examples/typescript',
  '@headgate/web': 'web',
};
/** Name of a check by turbo's word for it. What they depend on and look at stands in turbo.json. */
const checks = {
  '//#check:lint': 'lint',
  '//#check:generated': 'generated is current',
  '//#check:boundaries': 'boundaries',
  '//#check:unused': 'unused',
  '//#check:format': 'format',
  '//#check:waits': 'waits',
  '//#check:python-locks': 'python locks',
  ...Object.fromEntries(Object.entries(typed).map(([name, folder]) => [`${name}#typecheck`, `types ${folder}`])),
  '//#check:types-of-faults': 'types test/faults',
  '//#check:types-of-costs': 'types test/costs',
};
const runs = path.join(root, '.turbo/runs');

/** Runs the checks that are wanted and tells the report of each. */
export async function runChecks(report, isWanted) {
  const tasks = Object.keys(checks).filter((task) => isWanted(checks[task]));
  if (tasks.length === 0) return;
  const { done, output } = await turbo(tasks);
  if (!done) return report.tell({ name: 'checks', ...failed, output });
  for (const task of done.filter(({ taskId, execution }) => !(taskId in checks) && execution?.exitCode))
    report.tell({ name: task.taskId, ...outcomeOf(task) });
  for (const task of tasks)
    report.tell({ name: checks[task], ...outcomeOf(done.find(({ taskId }) => taskId === task) ?? {}) });
}

async function turbo(tasks) {
  fs.rmSync(runs, { recursive: true, force: true });
  const words = [
    path.join(root, 'node_modules/turbo/bin/turbo'),
    'run',
    ...tasks,
    // A check of what could not be built would say nothing, and be remembered.
    '--continue=dependencies-successful',
    '--summarize',
    '--output-logs=errors-only',
    `--concurrency=${os.availableParallelism()}`,
  ];
  // Another Node may see things differently.
  const env = { HEADGATE_CHECKED_WITH: `${process.version} ${process.platform} ${process.arch}` };
  const output = await run(process.execPath, words, { env }).catch(({ message }) => message);
  const [file] = fs.existsSync(runs) ? fs.readdirSync(runs) : [];
  return { done: file && JSON.parse(fs.readFileSync(path.join(runs, file), 'utf8')).tasks, output };
}

const failed = { passed: 0, failed: 1, skipped: 0, seconds: 0 };

/** A check passed when turbo says that it ended well, now or earlier. What it says nothing of has failed. */
function outcomeOf({ execution, cache, logFile }) {
  if (!execution) return { ...failed, output: 'It was not begun, since what it depends on failed.' };
  const seconds = (execution.endTime - execution.startTime) / 1000;
  if (execution.exitCode === 0)
    return { passed: 1, failed: 0, skipped: 0, seconds, remembered: cache.status === 'HIT' };
  const log = path.join(root, logFile);
  return { ...failed, seconds, output: fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : 'It wrote nothing.' };
}
