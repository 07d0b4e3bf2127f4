import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree, portFrom } from '../ports.js';
import { UserError } from '../user-error.js';
import { Child, inheritedFd } from './child.js';
import { controlPlane } from './control-plane.js';
import { chooseDataFolder, openDataFolder } from './data-folder.js';
import { watchSpace } from './disk.js';
import { Door } from './door.js';
import { keepLogs, LogFile } from './logs.js';
import { awaitOrphans, ProcessList } from './orphans.js';
import { startServers } from './servers.js';
import { refuseUnusable } from './settings.js';

export type SupervisorOptions = {
  /** Root of the repository. */
  root: string;
  env: Record<string, string | undefined>;
  /** Lines of the processes: JSON. */
  onLine(line: string): void;
  onProgress(text: string): void;
};

export type System = {
  url: string;
  dataFolder: string;
  /** Of this moment: a process that has ended is followed by another one. */
  readonly pids: { readonly api: number | undefined; readonly loops: number | undefined };
  /** Starts api and loops anew; data and addresses stay. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const portDefault = 4200;
const freezeSecondsDefault = 10;
const readySecondsMax = 60;
const endingsMax = 2;

/** Starts the whole system behind one port: database, Redis, api with the web app, loops. */
export async function startSystem({ root, env, onLine, onProgress }: SupervisorOptions): Promise<System> {
  const folder = openDataFolder(chooseDataFolder(root, env['HEADGATE_DATA_DIR']));
  onProgress(`data lies in ${folder.path}`);
  const log = new LogFile(path.join(folder.path, 'headgate.log'));
  const tell = (line: string) => {
    log.write(line);
    onLine(line);
  };
  const ends: (() => void | Promise<void>)[] = [() => log.close(), () => folder.release(), keepLogs(folder.path)];
  /** In the opposite order: the data is let go of last, the processes drain into it. */
  const stop = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  };
  try {
    const started = path.join(folder.path, 'processes');
    await awaitOrphans(started, onProgress);
    const processes = new ProcessList(started);
    const host = env['HEADGATE_HOST'] || '127.0.0.1';
    const port = await choosePort(env['HEADGATE_PORT'], host, onProgress);
    await refuseUnusable(root, { ...process.env, ...env });
    const door = await Door.hold(root, processes, host, port);
    ends.push(() => door.release());
    door.answer();
    onProgress('starting the database');
    const servers = await startServers(folder.path, { databaseUrl: env['DATABASE_URL'], redisUrl: env['REDIS_URL'] });
    ends.push(() => servers.stop());
    const url = env['HEADGATE_PUBLIC_URL'] || `http://localhost:${port}`;
    const settings = {
      DATABASE_URL: servers.databaseUrl,
      REDIS_URL: servers.redisUrl,
      HEADGATE_HOST: host,
      HEADGATE_PORT: String(port),
      HEADGATE_PUBLIC_URL: url,
      HEADGATE_SECRET: env['HEADGATE_SECRET'] || folder.secret,
      HEADGATE_MASTER_KEY: env['HEADGATE_MASTER_KEY'] || folder.masterKey,
      HEADGATE_WEB_DIR: env['HEADGATE_WEB_DIR'] || path.join(root, 'web/out'),
      HEADGATE_PACKAGES_DIR: env['HEADGATE_PACKAGES_DIR'] || path.join(root, 'packages/tarballs/out'),
      HEADGATE_FREEZE_SECONDS: env['HEADGATE_FREEZE_SECONDS'] || String(freezeSecondsDefault),
    };
    const common = { processes, onLine: tell, silentSecondsMax: silenceFor(settings.HEADGATE_FREEZE_SECONDS) };
    let stopping = false;
    const api = new Child({
      ...common,
      name: 'api',
      args: controlPlane(root, 'api'),
      env: door.fd === null ? settings : { ...settings, HEADGATE_LISTEN_FD: String(inheritedFd) },
      fd: door.fd,
      onStarted: () => door.handOver(),
      onLeaving: () => !stopping && door.answer(),
    });
    const loops = new Child({ ...common, name: 'loops', args: controlPlane(root, 'loops'), env: settings });
    onProgress('starting the control plane');
    api.start();
    loops.start();
    ends.push(async () => {
      stopping = true;
      await Promise.all([api.stop(), loops.stop()]);
    });
    const warn = (warning: string | null) => {
      tell(
        JSON.stringify({ level: warning ? 50 : 30, process: 'supervisor', msg: warning ?? 'the disk has room again' }),
      );
      api.tell({ warning });
    };
    ends.push(watchSpace(folder.path, warn));
    await untilReady(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/ready`, api);
    const restart = async () => void (await Promise.all([api.restart(), loops.restart()]));
    const pids = {
      get api() {
        return api.pid;
      },
      get loops() {
        return loops.pid;
      },
    };
    return { url, dataFolder: folder.path, pids, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Longer than a process needs to notice by itself that it stands still, and to say where. */
function silenceFor(freezeSeconds: string): number {
  const seconds = Number(freezeSeconds);
  return seconds === 0 ? 0 : Math.max(5, seconds * 1.5);
}

/** A port that was asked for must be free; the usual one gives way. */
async function choosePort(
  wanted: string | undefined,
  host: string,
  onProgress: (text: string) => void,
): Promise<number> {
  if (wanted) {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new UserError(`HEADGATE_PORT is ${wanted}, which is not a port.`, 'It must be a number from 1 to 65535.');
    if (!(await isFree(port, host)))
      throw new UserError(
        `Port ${port} is taken by another program.`,
        'Set HEADGATE_PORT to a free one, or leave it out.',
      );
    return port;
  }
  const port = await portFrom(portDefault, host);
  if (port !== portDefault) onProgress(`port ${portDefault} is taken, using ${port}`);
  return port;
}

/** Ready, or why not: a process that ends again and again will not become it. */
async function untilReady(address: string, api: Child): Promise<void> {
  const remedy = 'The lines above say why; HEADGATE_LOG_LEVEL=debug says more.';
  for (const deadline = Date.now() + readySecondsMax * 1000; Date.now() < deadline; await sleep(100)) {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return;
    if (api.endings >= endingsMax) throw new UserError('The control plane ends as soon as it is started.', remedy);
  }
  throw new UserError('The control plane did not become ready in time.', remedy);
}
