import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { keepSecret } from '../secret-file.js';
import { UserError } from '../user-error.js';
import type { Identity } from './binaries.js';

export const user = 'headgate';

/** Makes the data folder when it is not there, and answers the password of its user. */
export function prepareFolder(folder: string, bin: string, identity: Identity): string {
  // The account that Postgres runs as has to pass through the folders above.
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 });
  refuseUnreachable(path.dirname(folder), identity);
  const password = keepSecret(`${folder}.secret`, 18);
  if (fs.existsSync(path.join(folder, 'PG_VERSION'))) refuseOtherVersion(folder, bin);
  else initialize(folder, bin, identity, password);
  return password;
}

function refuseUnreachable(parent: string, identity: Identity): void {
  if (identity.uid === undefined) return;
  try {
    execFileSync('test', ['-x', parent], { ...identity, cwd: '/', stdio: 'ignore' });
  } catch {
    throw new UserError(
      `Running as root, the database runs as an account without rights (number ${identity.uid}), which may not enter ${parent}.`,
      'Set HEADGATE_DATA_DIR to a folder that everybody may pass through, such as /var/lib/headgate, or run as an ordinary user.',
    );
  }
}

function refuseOtherVersion(folder: string, bin: string): void {
  const stored = fs.readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim();
  const version = execFileSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  const [, ours] = /\(PostgreSQL\) (\d+)/.exec(version) ?? [];
  if (stored === ours) return;
  throw new UserError(
    `The data in ${folder} was written by PostgreSQL ${stored}; the bundled one is ${ours}.`,
    'Export it with the version that wrote it, or set HEADGATE_DATA_DIR to another folder.',
  );
}

/** Beside and then into place: what a kill leaves half made is made anew at the next start. */
function initialize(folder: string, bin: string, identity: Identity, password: string): void {
  const fresh = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  try {
    fs.rmSync(fresh, { recursive: true, force: true });
    fs.mkdirSync(fresh, { mode: 0o700 });
    fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (identity.uid !== undefined)
      for (const each of [fresh, passwordFile]) fs.chownSync(each, identity.uid, identity.gid!);
    runInitdb(fresh, bin, identity, passwordFile);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(fresh, folder);
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message).trim();
    throw new UserError(
      `The database could not be set up in ${folder}: ${said}`,
      'Is the disk full, or the folder not writable? HEADGATE_DATA_DIR names another one.',
    );
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

function runInitdb(folder: string, bin: string, identity: Identity, passwordFile: string): void {
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const flags = ['-D', folder, '-U', user, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8', ...locale];
  execFileSync(path.join(bin, 'initdb'), flags, { ...identity, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}
