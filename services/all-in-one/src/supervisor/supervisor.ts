import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFree, portFrom } from '../ports.js';
import { UserError } from '../user-error.js';
import { Child } from './child.js';
import { controlPlane } from './control-plane.js';
import { chooseDataFolder, openDataFolder } from './data-folder.js';
import { awaitOrphans, ProcessList } from './orphans.js';
import { startServers } from './servers.js';

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
  pids: { api: number | undefined; loops: number | undefined };
  /** Starts api and loops anew; data and addresses stay. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const portDefault = 4200;
const readySecondsMax = 60;
const endingsMax = 2;

/** Starts the whole system behind one port: database, Redis, api with the web app, loops. */
export async function startSystem({ root, env, onLine, onProgress }: SupervisorOptions): Promise<System> {
  const folder = openDataFolder(chooseDataFolder(root, env['HEADGATE_DATA_DIR']));
  onProgress(`data lies in ${folder.path}`);
  try {
    const started = path.join(folder.path, 'processes');
    await awaitOrphans(started, onProgress);
    const host = env['HEADGATE_HOST'] || '127.0.0.1';
    const port = await choosePort(env['HEADGATE_PORT'], host, onProgress);
    onProgress('starting the database');
    const servers = await startServers(folder.path, { databaseUrl: env['DATABASE_URL'], redisUrl: env['REDIS_URL'] });
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
    };
    const processes = new ProcessList(started);
    const child = (name: 'api' | 'loops') =>
      new Child({
        name,
        args: controlPlane(root, name),
        env: settings,
        processes,
        onLine,
      });
    const api = child('api');
    const loops = child('loops');
    // The data is let go of last: the processes drain into it.
    const stop = async () => {
      await Promise.all([api.stop(), loops.stop()]);
      await servers.stop();
      folder.release();
    };
    onProgress('starting the control plane');
    api.start();
    loops.start();
    try {
      await untilReady(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/ready`, api);
    } catch (error) {
      await stop();
      throw error;
    }
    const restart = async () => void (await Promise.all([api.restart(), loops.restart()]));
    return { url, dataFolder: folder.path, pids: { api: api.pid, loops: loops.pid }, restart, stop };
  } catch (error) {
    folder.release();
    throw error;
  }
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
