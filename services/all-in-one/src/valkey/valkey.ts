import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Valkey = { port: number; url: string; stop(): Promise<void> };

/** Starts the bundled Valkey in a thread of its own. It keeps nothing: what is in it may be lost at any time. */
export async function startValkey({ port, log }: { port: number; log: string }): Promise<Valkey> {
  const worker = new Worker(new URL('./valkey-thread.js', import.meta.url), {
    workerData: { port, log },
    // Node warns that WebAssembly's system interface is experimental; there is nothing that a user could do about it.
    execArgv: ['--no-warnings'],
  });
  await Promise.race([
    once(worker, 'message'),
    once(worker, 'error').then(([error]) => Promise.reject(error as Error)),
    once(worker, 'exit').then(([code]) =>
      Promise.reject(new Error(`The bundled Valkey ended while it started (${String(code)}).`)),
    ),
  ]);
  worker.unref();
  return { port, url: `redis://127.0.0.1:${port}`, stop: async () => void (await worker.terminate()) };
}
