// What a person asked for stands in the lock, with hashes, and no lock names the host that it was made from.
import fs from 'node:fs';
import path from 'node:path';
import { locks } from '../../test/compat/python.mjs';

const asked = fs.readdirSync(locks).filter((name) => name.endsWith('.in'));
const problems = asked.flatMap((file) => {
  const lock = fs.readFileSync(path.join(locks, file.replace(/\.in$/, '.lock')), 'utf8');
  const pinned = fs.readFileSync(path.join(locks, file), 'utf8').match(/^\S+==\S+$/gm) ?? [];
  const missing = pinned.filter((pin) => !lock.includes(`\n${pin} \\\n    --hash=`));
  return [
    ...(missing.length > 0 ? [`${file}: ${missing.join(', ')} is not in its lock. Run npm run raise-python.`] : []),
    ...(lock.includes('://') ? [`The lock of ${file} names a host.`] : []),
  ];
});
for (const problem of problems) console.error(problem);
if (asked.length === 0) console.error('No file was looked at.');
process.exit(problems.length > 0 || asked.length === 0 ? 1 : 0);
