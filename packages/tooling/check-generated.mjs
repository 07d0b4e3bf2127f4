// What people read and code makes is committed as the code makes it now. Reads the built control plane.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const filesMin = 4;
const made = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-generated-'));
process.once('exit', () => fs.rmSync(made, { recursive: true, force: true }));

const { status } = spawnSync(process.execPath, ['services/control-plane/dist/generate.js', made], {
  cwd: root,
  stdio: 'inherit',
});
const files = fs
  .readdirSync(made, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(made, path.join(entry.parentPath, entry.name)));
const read = (folder, file) => fs.readFileSync(path.join(folder, file), 'utf8');
const changed = files.filter((file) => read(root, file) !== read(made, file));
if (changed.length > 0)
  console.error(`Not current: ${changed.join(', ')}. Run npm run generate and commit what it writes.`);
if (files.length < filesMin) console.error(`Only ${files.length} files were made.`);
process.exit(status !== 0 || changed.length > 0 || files.length < filesMin ? 1 : 0);
