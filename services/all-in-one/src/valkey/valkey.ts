import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Valkey = { port: number; url: string; stop(): Promise<void> };
type Options = { port: number; log: string; password: string };

const restartMs = 500;

/**
 * Starts the bundled Valkey in a thread of its own, and starts it again when it fails. It keeps nothing: what is in it
 * may be lost at any time. Only who has the password of its address may use it: other programs of the machine may not.
 */
export async function startValkey(given: Omit<Options, 'password'> & { password?: string }): Promise<Valkey> {
  const options = { ...given, password: given.password ?? randomBytes(32).toString('hex') };
  let worker = await startThread(options);
  let stopped = false;
  const keep = () => worker.once('exit', () => void restart());
  const restart = async () => {
    for (; !stopped; await new Promise((resolve) => setTimeout(resolve, restartMs).unref())) {
      const next = await startThread(options).catch(() => null);
      if (!next) continue;
      worker = next;
      keep();
      return stopped ? void (await worker.terminate()) : undefined;
    }
  };
  keep();
  return {
    port: options.port,
    url: `redis://:${options.password}@127.0.0.1:${options.port}`,
    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
}

async function startThread({ port, log, password }: Options): Promise<Worker> {
  const worker = new Worker(new URL('./valkey-thread.js', import.meta.url), {
    workerData: { port, log, password },
    // Node warns that WebAssembly's system interface is experimental; there is nothing that a user could do about it.
    execArgv: ['--no-warnings'],
  });
  const failed = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.once('exit', (code) => reject(new Error(`The bundled Valkey ended while it started (${code}).`)));
  });
  await Promise.race([once(worker, 'message'), failed]);
  // Later failures are seen as an exit.
  failed.catch(() => undefined);
  worker.unref();
  return worker;
}
