// Makes `out/agent.tgz` and `out/sdk.tgz`, which the server gives to whoever connects a machine: packages with all that
// they need inside, so that nothing has to be fetched from anywhere else, and that fit this server.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const out = path.join(here, 'out');

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out);
for (const name of ['agent', 'sdk']) {
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-tarball-'));
  try {
    stage(folderOf(`@headgate/${name}`, here), staging);
    execFileSync('npm', ['pack', '--silent', '--offline', '--ignore-scripts', '--pack-destination', staging], {
      cwd: staging,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const packed = fs.readdirSync(staging).find((file) => file.endsWith('.tgz'));
    fs.copyFileSync(path.join(staging, packed), path.join(out, `${name}.tgz`));
  } finally {
    fs.rmSync(staging, { recursive: true, force: true });
  }
}

/** The package, and everything that it needs, where npm finds and packs it. */
function stage(folder, staging) {
  const { devDependencies: _, scripts: __, ...described } = read(folder);
  copy(folder, staging, described.files);
  const placed = new Map();
  place(folder, staging, placed);
  const manifest = { ...described, bundleDependencies: [...placed.keys()] };
  fs.writeFileSync(path.join(staging, 'package.json'), JSON.stringify(manifest, null, 2));
}

/** Needs side by side; one that is there in another version lies within who needs it. */
function place(folder, target, top, within = null) {
  const { dependencies = {}, optionalDependencies = {} } = read(folder);
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = folderOf(name, folder, name in optionalDependencies);
    if (!found) continue;
    const manifest = read(found);
    const there = top.get(name);
    if (there?.version === manifest.version) continue;
    const beside = there ? within : target;
    const to = path.join(beside ?? target, 'node_modules', name);
    copy(found, to, manifest.files && name.startsWith('@headgate/') ? manifest.files : null);
    if (!there) top.set(name, manifest);
    place(found, target, top, to);
  }
}

function copy(from, to, only) {
  fs.mkdirSync(to, { recursive: true });
  const skipped = new Set([path.join(from, 'node_modules')]);
  const filter = (file) => !skipped.has(file) && !file.endsWith('.tsbuildinfo');
  for (const entry of only ? ['package.json', ...only] : fs.readdirSync(from)) {
    const file = path.join(from, entry);
    if (fs.existsSync(file)) fs.cpSync(file, path.join(to, entry), { recursive: true, dereference: true, filter });
  }
}

function folderOf(name, from, isOptional = false) {
  const require = createRequire(path.join(fs.realpathSync(from), 'package.json'));
  const folder = (require.resolve.paths(name) ?? [])
    .map((each) => path.join(each, name))
    .find((each) => fs.existsSync(path.join(each, 'package.json')));
  if (folder) return fs.realpathSync(folder);
  if (isOptional) return null;
  throw new Error(`${name}, which ${from} needs, is not installed.`);
}

function read(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
}
