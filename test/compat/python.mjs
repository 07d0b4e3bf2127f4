import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
export const locks = path.join(root, 'test/python');
const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.14', 'python'];
const installMinutesMax = 8;

/** Why a suite cannot run on this machine: reported in one line, never a failure. */
export class OutOfReach extends Error {}

/** The unmodified client and pytest: `release` is one of those that have a lock file. Answers its interpreter. */
export const prepareClient = (release = '3.9') => preparePython(`prefect-${release}`);

/** A server to compare with: it comes in the same package as the client. */
export const prepareServer = () => prepareClient();

/**
 * The environment of `test/python/{lock}.lock`, made anew when the lock is not the one it was made from. Answers the
 * path of its interpreter; throws OutOfReach when Python or the package index cannot be had.
 */
export const preparePython = (lock) => {
  const file = path.join(locks, `${lock}.lock`);
  const made = createHash('sha256').update(readFileSync(file)).digest('hex');
  return prepare(lock, made, ['--require-hashes', '--no-deps', '--requirement', file]);
};

/** One release by its number, or the newest there is today, in an environment that is made anew each time. */
export const prepareRelease = (release) =>
  prepare('canary', new Date().toISOString(), [
    release ? `prefect==${release}` : 'prefect',
    ...readFileSync(path.join(locks, 'prefect-3.9.in'), 'utf8')
      .split('\n')
      .filter((line) => /^(?!prefect|#)\S/.test(line)),
  ]);

/** Version of Prefect and of Python in words, for the report. */
export function versions(interpreter) {
  const code =
    'import platform, importlib.metadata as m; print("prefect", m.version("prefect") + ", Python", platform.python_version())';
  return spawnSync(interpreter, ['-c', code], { encoding: 'utf8' }).stdout.trim();
}

async function prepare(name, madeFrom, packages) {
  const folder = path.join(root, '.headgate/python', name);
  const interpreter = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = path.join(folder, 'made-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === madeFrom && (await works(interpreter))) return interpreter;
  // First of all: whatever ends this halfway, what is left is not taken for whole.
  rmSync(stamp, { force: true });
  await create(folder, interpreter);
  const trouble = await install(interpreter, packages);
  if (trouble) throw new OutOfReach(`the Python packages of ${name} could not be installed (${trouble})`);
  writeFileSync(stamp, madeFrom);
  return interpreter;
}

/** What a program wrote, or null when it failed. Others have the event loop meanwhile. */
const ask = (program, ...args) =>
  new Promise((resolve) => execFile(program, args, (error, written) => resolve(error ? null : written)));

const works = async (interpreter) => (await ask(interpreter, '-m', 'pip', '--version')) !== null;

/** Tries one interpreter after another: a distribution's Python may lack the parts that `venv` needs. */
async function create(folder, interpreter) {
  const versions = await Promise.all(names.map(versionOf));
  const found = names.map((name, at) => [name, versions[at]]).filter(([, version]) => version);
  // An older pip would take an older Prefect without a word; newer Pythons are unknown to the lock files.
  const fit = found.filter(([, [major, minor]]) => major === 3 && minor >= 11 && minor <= 14).map(([name]) => name);
  const there = found.map(([name, version]) => `${name} is ${version.join('.')}`).join(', ') || 'there is none';
  if (fit.length === 0) throw new OutOfReach(`Python 3.11 to 3.14 is needed; on this machine ${there}`);
  for (const name of fit) {
    rmSync(folder, { recursive: true, force: true });
    const made = await ask(name, '-m', 'venv', folder);
    if (made !== null && (await works(interpreter))) return;
  }
  rmSync(folder, { recursive: true, force: true });
  throw new OutOfReach(`no virtual environment could be made with ${fit.join(', ')} (on Debian: install python3-venv)`);
}

async function versionOf(name) {
  const said = await ask(name, '-c', 'import sys; print(*sys.version_info[:2])');
  return said === null ? null : said.trim().split(' ').map(Number);
}

/** Answers nothing when all is well, else the last thing that pip said. */
function install(interpreter, packages) {
  const quietly = ['--quiet', '--disable-pip-version-check', '--retries', '2', '--timeout', '20'];
  const pip = ['-m', 'pip', 'install', ...quietly, ...packages];
  return new Promise((resolve) => {
    const child = spawn(interpreter, pip, { stdio: ['ignore', 'ignore', 'pipe'], timeout: installMinutesMax * 60_000 });
    let said = '';
    child.stderr.on('data', (data) => (said += data));
    child.on('close', (code) => resolve(code === 0 ? null : (said.trim().split('\n').at(-1) ?? 'pip failed')));
  });
}
