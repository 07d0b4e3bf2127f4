// `npm run bench [-- M1 M3 M7 --seconds=20]`: measures the running system; `npm run soak [-- --minutes=30]`: looks what grows
// while it runs for long. See docs/benchmarks.md.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, setup } from './setup.mjs';

await setup();
const [first, ...others] = process.argv.slice(2);
const [program, words] = first === 'soak' ? ['soak.mjs', others] : ['run.mjs', process.argv.slice(2)];
const child = spawn(process.execPath, [path.join(root, 'services/control-plane/bench', program), ...words], {
  stdio: 'inherit',
});
child.on('close', (code) => process.exit(code ?? 1));
