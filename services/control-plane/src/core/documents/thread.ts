import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError, invalid } from '../errors/app-error.js';
import { TemplateError } from '../templates/template-error.js';
import type { Budget } from './budget.js';
import type { Answer, Job } from './job.js';
import { processorTimeAt, type ProcessorTime } from './processor-time.js';
import { Turns } from './turns.js';
import { refusalOf, Watch } from './watch.js';
import { documentThread } from './where.js';

type Waiting = {
  job: Job;
  /** For the words of a refusal: `The schema`. */
  what: string;
  budget: Budget;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
};

type Thread = { worker: Worker; processorTime: ProcessorTime };

/** As many of one owner may wait. */
const waitingMax = 1_000;
/** More ends the thread, not the process. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** Threads cannot load TypeScript: under the test runner, too, it is the built one. */
const file = fileURLToPath(new URL('./worker.js', import.meta.url)).replace(
  /([\\/]control-plane[\\/])src([\\/])/,
  '$1dist$2',
);

const turns = new Turns<Waiting>();
let thread: Promise<Thread> | null = null;
let busy = false;

/**
 * Has something done with a tenant's document where nobody else waits for it, and where it can be ended: owners take
 * turns, and the request's time there is limited. Throws `invalid` in clear words for what takes too long or is refused,
 * `unavailable` when the machine is too busy to find out.
 */
export function onDocumentThread<T>(job: Job, what: string, budget: Budget): Promise<T> {
  const refusal = refusalOf(budget, what);
  if (refusal) return Promise.reject(refusal);
  if (turns.count(budget.owner) >= waitingMax)
    return Promise.reject(
      new AppError('tooMany', 'Too many documents wait to be checked.', {}, { retryAfterSeconds: 1 }),
    );
  return new Promise<T>((resolve, reject) => {
    turns.add(budget.owner, { job, what, budget, resolve: resolve as (value: unknown) => void, reject });
    if (!busy) void work();
  });
}

async function work(): Promise<void> {
  busy = true;
  for (let next = turns.next(); next; next = turns.next()) {
    try {
      // Others of the same request may have used its time up meanwhile.
      const refusal = refusalOf(next.budget, next.what);
      if (refusal) throw refusal;
      next.resolve(await answerOf(await (thread ??= started()), next));
    } catch (error) {
      next.reject(error as Error);
    }
  }
  busy = false;
}

function started(): Promise<Thread> {
  const made = new Worker(file, { workerData: documentThread, resourceLimits, env: {}, execArgv: [] });
  made.unref();
  const ready = new Promise<Thread>((resolve, reject) => {
    made.once('message', (place: string | null) => resolve({ worker: made, processorTime: processorTimeAt(place) }));
    made.on('error', reject);
    made.on('exit', () => {
      if (thread === ready) thread = null;
      reject(new Error('the thread of documents has ended'));
    });
  });
  return ready;
}

async function answerOf({ worker, processorTime }: Thread, { job, what, budget }: Waiting): Promise<unknown> {
  const watch = new Watch(processorTime, what, budget);
  try {
    worker.postMessage(job);
    const [answer] = (await once(worker, 'message', { signal: watch.signal })) as [Answer];
    if ('value' in answer) return answer.value;
    throw errorOf(answer);
  } catch (error) {
    if (error instanceof AppError || error instanceof TemplateError) throw error;
    // Whatever it was, nothing in this thread can be trusted any more.
    thread = null;
    void worker.terminate();
    if (watch.signal.aborted) throw watch.signal.reason;
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw invalid(`${what} needs too much memory to check.`);
  } finally {
    watch.end();
  }
}

function errorOf(answer: Exclude<Answer, { value: unknown }>): Error {
  if ('failed' in answer) return new Error(answer.failed);
  return answer.line === undefined ? invalid(answer.refused) : new TemplateError(answer.refused, answer.line);
}
