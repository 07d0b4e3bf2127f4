// The servers that a bench runs on: those that the environment names, else bundled ones with their standard settings, whose
// database waits for the disk, unlike in tests.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, startPostgres } from '@headgate/all-in-one';

/** `valkeyPid` is of the bundled Valkey only: the CPU of another one, which may be on another machine, is not told of. */
export async function startServers() {
  const named = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-bench-'));
  fs.chmodSync(folder, 0o755);
  const postgres = named ? null : await startPostgres({ folder: path.join(folder, 'postgres') });
  const valkey = process.env.REDIS_URL ? null : await holdValkey(path.join(folder, 'valkey.log'));
  return {
    adminUrl: named ?? postgres.url(),
    redisUrl: process.env.REDIS_URL ?? valkey.url,
    valkeyPid: valkey?.pid,
    stop: async () => {
      await valkey?.stop();
      await postgres?.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In a process of its own, so that what it uses can be told from what the load uses. */
async function holdValkey(log) {
  const child = fork(new URL('hold-valkey.mjs', import.meta.url), [String(await freePort()), log]);
  const [url] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The bundled Valkey ended while it started.'))),
  ]);
  return {
    url,
    pid: child.pid,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
