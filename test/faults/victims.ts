import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startPostgres } from '@headgate/all-in-one';
import { startSystem } from '@headgate/testkit';

const redisPassword = 'known-to-its-holder-alone';

/** Those of the control plane. */
export const names = ['api', 'loops', 'postgres', 'postgres in order', 'redis'] as const;
export type Victim = (typeof names)[number];
export type Victims = Awaited<ReturnType<typeof startVictims>>;

/** The whole system on servers of its own that wait for the disk, each part in a process that can be killed. */
export async function startVictims() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-faults-'));
  fs.chmodSync(folder, 0o755);
  const postgres = await startPostgres({ folder: path.join(folder, 'postgres'), settings: { max_connections: 200 } });
  const redis = await startRedis(await freePort(), path.join(folder, 'valkey.log'));
  const servers = { adminUrl: postgres.url(), redisUrl: redis.url };
  const system = await startSystem({ servers });
  /** Those that ended because their database did: nobody killed them. */
  const draggedAlong: Victim[] = [];

  /** Ends it at once; resolves when it is up again. */
  async function kill(victim: Victim): Promise<void> {
    if (victim === 'redis') return redis.kill();
    if (victim === 'postgres') return killPostgres('SIGKILL');
    if (victim === 'postgres in order') return killPostgres('SIGINT');
    await system.kill(victim, 'SIGKILL');
    await system.start(victim);
  }
  /** Whoever started it starts it again on its port. */
  async function killPostgres(signal: NodeJS.Signals): Promise<void> {
    const { pid } = postgres;
    process.kill(pid, signal);
    while (postgres.pid === pid) await sleep(50);
    for (const name of ['api', 'loops'] as const) if (!isAlive(system.pid(name))) draggedAlong.push(name);
  }
  const stop = async () => {
    await system.stop();
    redis.end();
    await postgres.stop('immediate');
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  return {
    url: system.url,
    databaseUrl: system.databaseUrl,
    redisUrl: redis.url,
    log: system.log,
    draggedAlong,
    kill,
    stop,
  };
}

export async function startRedis(port: number, log: string) {
  let child = await holdRedis(port, log);
  const end = () => void child.kill('SIGKILL');
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      end();
      await gone;
    }
    child = await holdRedis(port, log);
  };
  return { url: `redis://:${redisPassword}@127.0.0.1:${port}`, kill, end };
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function holdRedis(port: number, log: string): Promise<ChildProcess> {
  const program = path.join(import.meta.dirname, 'hold-valkey.mjs');
  const child = spawn(process.execPath, [program, String(port), log, redisPassword], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}
