import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const names = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.14', 'python'];
const freshHours = 24;
const installMinutesMax = 8;

const ofThisCheckout = (name) => path.join(import.meta.dirname, '../../.headgate', name);

/** Prefect itself, with a server to compare with; its release of today breaks on newer ones of what it is made of. */
export const prepareServer = () =>
  preparePython(ofThisCheckout('prefect-server'), ['prefect>=3,<4', 'fastapi<0.150', 'sqlalchemy<2.1']);

/** Why the suite cannot run on this machine: reported in one line, never a failure. */
export class OutOfReach extends Error {}

/**
 * A virtual environment with the newest of `packages` in `folder`, made when it is not there and renewed once a day.
 * Answers the path of its interpreter; throws OutOfReach when Python or the package index cannot be had.
 */
export async function preparePython(folder, packages) {
  const interpreter = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = path.join(folder, 'installed.json');
  const installed = readStamp(stamp);
  if (installed && ageHours(installed) < freshHours && works(interpreter)) return interpreter;
  if (!works(interpreter)) create(folder, interpreter);
  const trouble = await install(interpreter, packages);
  if (!trouble) writeFileSync(stamp, JSON.stringify({ at: new Date().toISOString() }));
  else if (!installed)
    throw new OutOfReach(`${packages[0]} could not be installed from the package index (${trouble})`);
  else console.log(`the package index is out of reach, going on with what is installed (${trouble})`);
  return interpreter;
}

/** Version of Prefect and of Python in words, for the report. */
export function versions(interpreter) {
  const code =
    'import platform, importlib.metadata as m; print("prefect", m.version("prefect") + ", Python", platform.python_version())';
  return spawnSync(interpreter, ['-c', code], { encoding: 'utf8' }).stdout.trim();
}

function readStamp(stamp) {
  return existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : null;
}

const ageHours = ({ at }) => (Date.now() - Date.parse(at)) / 3_600_000;
const works = (interpreter) => spawnSync(interpreter, ['-m', 'pip', '--version']).status === 0;

/** Tries one interpreter after another: a distribution's Python may lack the parts that `venv` needs. */
function create(folder, interpreter) {
  const recent = names.filter(
    (name) => spawnSync(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0,
  );
  if (recent.length === 0) throw new OutOfReach('there is no Python 3.10 or newer on this machine');
  for (const name of recent) {
    rmSync(folder, { recursive: true, force: true });
    const made = spawnSync(name, ['-m', 'venv', folder], { encoding: 'utf8' });
    if (made.status === 0 && works(interpreter)) return;
  }
  rmSync(folder, { recursive: true, force: true });
  throw new OutOfReach(
    `no virtual environment could be made with ${recent.join(', ')} (on Debian: install python3-venv)`,
  );
}

/** Answers nothing when all is well, else the last thing that pip said. */
function install(interpreter, packages) {
  const pip = [
    '-m',
    'pip',
    'install',
    '--upgrade',
    '--quiet',
    '--disable-pip-version-check',
    '--retries',
    '2',
    '--timeout',
    '20',
    ...packages,
  ];
  return new Promise((resolve) => {
    const child = spawn(interpreter, pip, { stdio: ['ignore', 'ignore', 'pipe'], timeout: installMinutesMax * 60_000 });
    let said = '';
    child.stderr.on('data', (data) => (said += data));
    child.on('close', (code) => resolve(code === 0 ? null : (said.trim().split('\n').at(-1) ?? 'pip failed')));
  });
}
