import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

/** A secret that is made once and kept, readable by its owner alone. Put in place whole, so that a kill leaves no half of it. */
export function keepSecret(file: string, bytes: number): string {
  if (!fs.existsSync(file)) {
    const beside = `${file}.${process.pid}`;
    fs.writeFileSync(beside, randomBytes(bytes).toString('base64url'), { mode: 0o600 });
    fs.renameSync(beside, file);
  }
  return fs.readFileSync(file, 'utf8').trim();
}
