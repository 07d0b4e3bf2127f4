import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { processorTimeAt, type ProcessorTime } from './processor-time.js';
import { documentThread } from './where.js';

/** More ends the thread, not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** Threads cannot load TypeScript: under the test runner, too, it is the built one. */
const file = fileURLToPath(new URL('./worker.js', import.meta.url)).replace(
  /([\\/]control-plane[\\/])src([\\/])/,
  '$1dist$2',
);

/** Somewhere to look at documents, until it is ended. */
export class Thread {
  private isOver = false;

  private constructor(
    readonly worker: Worker,
    readonly processorTime: ProcessorTime,
  ) {
    worker.on('exit', () => (this.isOver = true));
  }

  static start(): Promise<Thread> {
    const worker = new Worker(file, { workerData: documentThread, resourceLimits, env: {}, execArgv: [] });
    worker.unref();
    return new Promise<Thread>((resolve, reject) => {
      worker.once('message', (place: string | null) => resolve(new Thread(worker, processorTimeAt(place))));
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('the thread of documents has ended')));
    });
  }

  get hasEnded(): boolean {
    return this.isOver;
  }

  end(): void {
    this.isOver = true;
    void this.worker.terminate();
  }
}

/** One more than are in use is ready: to start it takes longer (200 ms, 50 MB) than others may wait for a document. */
export class Threads {
  private spare: Promise<Thread | null> | null = null;

  async take(): Promise<Thread> {
    const { spare } = this;
    this.spare = null;
    const ready = await spare;
    const thread = ready && !ready.hasEnded ? ready : await Thread.start();
    this.spare ??= Thread.start().catch(() => null);
    return thread;
  }
}
