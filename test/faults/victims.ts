import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startPostgres } from '@headgate/all-in-one';
import { startSystem } from '@headgate/testkit';

/** Those of the control plane. */
export const names = ['api', 'loops', 'postgres', 'redis'] as const;
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

  /** Ends it at once; resolves when it is up again. */
  async function kill(victim: Victim): Promise<void> {
    if (victim === 'redis') return redis.kill();
    if (victim === 'postgres') return killPostgres();
    await system.kill(victim, 'SIGKILL');
    await system.start(victim);
  }
  /** Whoever started it starts it again on its port. */
  async function killPostgres(): Promise<void> {
    const { pid } = postgres;
    process.kill(pid, 'SIGKILL');
    while (postgres.pid === pid) await sleep(50);
  }
  const stop = async () => {
    await system.stop();
    redis.end();
    await postgres.stop('immediate');
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  return { url: system.url, databaseUrl: system.databaseUrl, log: system.log, kill, stop };
}

async function startRedis(port: number, log: string) {
  let child = await holdRedis(port, log);
  const end = () => void child.kill('SIGKILL');
  const kill = async () => {
    const gone = once(child, 'exit');
    end();
    await gone;
    child = await holdRedis(port, log);
  };
  return { url: `redis://127.0.0.1:${port}`, kill, end };
}

async function holdRedis(port: number, log: string): Promise<ChildProcess> {
  const program = path.join(import.meta.dirname, 'hold-valkey.mjs');
  const child = spawn(process.execPath, [program, String(port), log], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
  return child;
}
