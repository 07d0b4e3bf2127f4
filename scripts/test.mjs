// `npm test`: set-up, every check, every test, in one go. Closes with "N passed, N failed", where a check counts as one.
// `--checks` leaves the tests out; `--only=name` runs the steps whose name contains it.
import path from 'node:path';
import { runChecks } from './checks.mjs';
import { inLanes } from './lanes.mjs';
import { Report } from './report.mjs';
import { setup } from './setup.mjs';
import { prepareAhead, program, python, vitest, withPrefect } from './suites.mjs';

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7) ?? '';
const isWanted = (name) => name.includes(only);
const ofUsers = 'prefect-3.9';

/** In the order in which they are begun: what takes long comes first. Those that measure what others wait are alone. */
const suites = [
  {
    name: 'tests services/control-plane',
    lock: ofUsers,
    run: () =>
      withPrefect('services/control-plane', (python) => ({ PREFECT_BIN: path.join(path.dirname(python), 'prefect') })),
  },
  {
    name: 'tests worker-agent',
    lock: ofUsers,
    run: () => withPrefect('worker-agent', (python) => ({ HEADGATE_TEST_PYTHON: python })),
  },
  { name: 'compatibility (Python)', lock: ofUsers, run: () => python('compat', ofUsers) },
  { name: 'browser', run: () => vitest('web', { project: 'browser' }) },
  ...['3.8', '3.6'].map((client) => ({
    name: `compatibility (Prefect ${client})`,
    lock: `prefect-${client}`,
    run: () => python('compat', `prefect-${client}`, '--client', client),
  })),
  // Always the same requests: what a new seed finds is looked for by hand (`node test/fuzz/run.mjs`).
  { name: 'fuzzing (Python)', lock: 'fuzz', run: () => python('fuzz', 'fuzz', '--seed', '1', '--examples', '3') },
  ...['sdk', 'services/all-in-one', 'examples/typescript', 'packages/contracts', 'scripts'].map((folder) => ({
    name: `tests ${folder}`,
    run: () => vitest(folder),
  })),
  { name: 'tests web', run: () => vitest('web', { project: 'unit' }) },
  {
    name: 'faults',
    lock: ofUsers,
    alone: true,
    run: () => withPrefect('test/faults', (python) => ({ HEADGATE_TEST_PYTHON: python })),
  },
  { name: 'costs', alone: true, run: () => program('--import', 'tsx', 'test/costs/run.ts', '--cover') },
];

const wanted = process.argv.includes('--checks') ? [] : suites.filter(({ name }) => isWanted(name));
// Mostly waits for the network: beside the set-up and the checks there is time for that.
void prepareAhead(wanted.flatMap(({ lock }) => lock ?? []));
await setup();
const report = new Report();
console.log('\nChecks');
await runChecks(report, isWanted);
if (wanted.length > 0) {
  console.log('\nTests');
  await inLanes(wanted.map(({ name, alone, run }) => ({ alone, work: () => report.step(name, run) })));
}
process.exit(report.close());
