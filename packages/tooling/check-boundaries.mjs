// Runs the boundary rules. A cruise that found next to nothing has checked nothing: then it fails.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const modulesMin = 250;
const folders = [
  'packages/contracts/src',
  'packages/testkit/src',
  'services/control-plane/src',
  'services/all-in-one/src',
  'sdk/src',
  'worker-agent/src',
  'web/src',
];

const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const { stdout, stderr } = spawnSync(
  process.execPath,
  [cruiser, '--config', 'packages/tooling/dependency-cruiser.cjs', '--output-type', 'json', ...folders],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
  },
);
if (!stdout) {
  console.error(stderr);
  process.exit(1);
}
const { summary } = JSON.parse(stdout);
for (const { rule, from, to, cycle } of summary.violations)
  console.error(`${rule.name}: ${from} → ${cycle ? cycle.map((each) => each.name ?? each).join(' → ') : to}`);
if (summary.totalCruised < modulesMin)
  console.error(`Only ${summary.totalCruised} modules were looked at; at least ${modulesMin} were expected.`);
console.log(
  `${summary.totalCruised} modules, ${summary.totalDependenciesCruised ?? 0} imports, ${summary.violations.length} violations`,
);
process.exit(summary.violations.length > 0 || summary.totalCruised < modulesMin ? 1 : 0);
