// `npm run dev`: the system, built anew and restarted when a source changes, and the web app with hot reloading.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';
import { runSystem } from './system.mjs';

const compiler = path.join(root, 'node_modules/tsgo/bin/tsc');
const served = ['packages/contracts', 'prisma', 'services/control-plane'];
const settleMs = 400;

await runSystem(async (system, atEnd) => {
  const { endWithThisProcess, freePort } = await import('@headgate/all-in-one');
  const port = await freePort();
  const compile = [compiler, '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'];
  const programs = [...served, 'sdk', 'worker-agent'].map((folder) => watched(compile, path.join(root, folder)));
  const next = [path.join(root, 'node_modules/next/dist/bin/next'), 'dev', '--port', String(port)];
  programs.push(watched(next, path.join(root, 'web'), { HEADGATE_DEV_API: system.url }));
  for (const program of programs) {
    endWithThisProcess(program);
    atEnd(() => void program.kill());
  }
  restartOnBuild(system);
  console.log(
    `\nHeadgate is running: ${system.url}\n  web with hot reloading   http://localhost:${port}\n  stop                     Ctrl-C\n`,
  );
});

/** A program that runs as long as the system does; what it writes is shown. */
function watched(args, cwd, env = {}) {
  return spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** The compiler writes many files, and on its first pass all of them: what counts is that one has become another. */
function restartOnBuild(system) {
  let timer;
  let restart = Promise.resolve();
  for (const each of served) {
    const folder = path.join(root, each, 'dist');
    const known = new Map(fs.readdirSync(folder, { recursive: true }).map((name) => [name, read(folder, name)]));
    fs.watch(folder, { recursive: true }, (_, name) => {
      const text = name && read(folder, name);
      if (!text || text === known.get(name)) return;
      known.set(name, text);
      clearTimeout(timer);
      timer = setTimeout(() => {
        restart = restart.then(() => restarted(system));
      }, settleMs);
    });
  }
}

async function restarted(system) {
  console.log('  starting api and loops anew');
  await system.restart();
}

/** Null for what does not run, and for what is being written. */
function read(folder, name) {
  const file = path.join(folder, name);
  return name.endsWith('.js') && fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}
