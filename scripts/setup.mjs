// Everything between a clone and a running system: dependencies, generated code, build. Quick when nothing changed.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isInstalled } from './installed.mjs';

export const root = path.resolve(import.meta.dirname, '..');
const stampFile = path.join(root, 'node_modules/.headgate-setup.json');
const sources = [
  'package.json',
  'tsconfig.base.json',
  'turbo.json',
  'packages',
  'prisma',
  'services',
  'sdk',
  'worker-agent',
  'web',
];
const notSources = new Set(['node_modules', 'dist', 'out', '.next', '.turbo', 'generated', '.git', 'coverage']);

/** Ends the process with a plain sentence and what to do about it. */
export function fail(message, remedy) {
  console.error(`\n${message}\n${remedy ?? ''}`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `Headgate needs Node 20.19 or newer; this is ${process.version}.`,
    'Install a newer one from nodejs.org or with your version manager.',
  );
}

/** What the build depends on, as one word: names, sizes and times of the sources. */
function fingerprint() {
  const hash = createHash('sha256');
  const walk = (at) => {
    const stat = fs.statSync(at, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) return void hash.update(`${at}:${stat.size}:${Math.round(stat.mtimeMs)};`);
    for (const name of fs.readdirSync(at).sort()) if (!notSources.has(name)) walk(path.join(at, name));
  };
  for (const source of sources) walk(path.join(root, source));
  return hash.digest('hex');
}

const readStamp = () => {
  try {
    return JSON.parse(fs.readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
};

/** Of a lock file; none where there is none. */
const packagesIn = (file) => {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return {};
  }
};

const lockHash = () =>
  createHash('sha256')
    .update(fs.readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

/** Runs a command, quietly; when it fails, all that it wrote is shown. */
export function run(command, args, { cwd = root, env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...quiet, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (written += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(written) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${written}`)),
    );
  });
}

const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
  DO_NOT_TRACK: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
};

async function step(text, work) {
  const started = Date.now();
  process.stdout.write(`  ${text} … `);
  try {
    await work();
  } catch (error) {
    console.log('failed');
    fail(
      error.message,
      'The lines above say what went wrong. If it is the network: try again, npm goes on where it stopped.',
    );
  }
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Brings dependencies and build up to date. */
export async function setup() {
  checkNode();
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
  } catch {
    fail('git was not found.', 'Install git: the examples read the history of this clone.');
  }
  const stamp = readStamp();
  const lock = lockHash();
  if (!isInstalled(packagesIn('package-lock.json'), packagesIn('node_modules/.package-lock.json'))) {
    await step('installing dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund']));
  }
  const sourcesNow = fingerprint();
  const built =
    fs.existsSync(path.join(root, 'services/control-plane/dist/main.api.js')) &&
    fs.existsSync(path.join(root, 'web/out/index.html'));
  if (stamp.lock === lock && stamp.sources === sourcesNow && built) return;
  await step('building', () => run('npx', ['turbo', 'run', 'build', '--output-logs=errors-only', '--concurrency=2']));
  fs.writeFileSync(stampFile, JSON.stringify({ lock, sources: fingerprint() }));
}

if (process.argv[1] === import.meta.filename) await setup();
