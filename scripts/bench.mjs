// `npm run bench [-- M1 M3 M7 --seconds 20]`: measures the running system; see docs/benchmarks.md.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, setup } from './setup.mjs';

await setup();
const child = spawn(
  process.execPath,
  [path.join(root, 'services/control-plane/bench/run.mjs'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
child.on('close', (code) => process.exit(code ?? 1));
