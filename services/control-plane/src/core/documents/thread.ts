import { once } from 'node:events';
import { AppError, invalid } from '../errors/app-error.js';
import { ownerOf } from '../fair/owners.js';
import { TemplateError } from '../templates/template-error.js';
import type { Budget } from './budget.js';
import { Debts } from './debts.js';
import type { Answer, Job } from './job.js';
import { Lane, type Waiting } from './lane.js';
import { Threads, type Thread } from './threads.js';
import { refusalOf, tooBusy, Watch } from './watch.js';

/** As many of one owner may wait. */
const waitingMax = 1_000;
/** Whose turn comes later than this has left, or should come again. */
const waitMsMax = 15_000;
/** What others wait for at most, of the processor's time: most documents need a millisecond. */
const sliceMs = 25;
const slowIdleMsMax = 10_000;

const threads = new Threads();
const debts = new Debts();
/** Everything is tried here first. */
const quick = new Lane(threads, { work: tryQuickly, debtOf: () => 0, idleMsMax: Infinity });
/** What needs longer is begun anew here, and only here is whatever an owner asks whose documents did. */
const slow = new Lane(threads, { work: tryLong, debtOf: (owner) => debts.of(owner), idleMsMax: slowIdleMsMax });

/**
 * Has something done with a tenant's document where nobody else waits for it, and where it can be ended: owners take
 * turns, and the request's time there is limited. Throws `invalid` in clear words for what takes too long or is refused,
 * `unavailable` when the machine is too busy to find out.
 */
export function onDocumentThread<T>(job: Job, what: string, budget: Budget): Promise<T> {
  const refusal = refusalOf(budget, what);
  if (refusal) return Promise.reject(refusal);
  const owner = ownerOf(budget.owner);
  if (quick.count(owner) + slow.count(owner) >= waitingMax)
    return Promise.reject(
      new AppError('tooMany', 'Too many documents wait to be checked.', {}, { retryAfterSeconds: 1 }),
    );
  return new Promise<T>((resolve, reject) => {
    const since = performance.now();
    const waiting = { job, what, budget, since, resolve: resolve as (value: unknown) => void, reject };
    (takesLong(budget) ? slow : quick).add(waiting);
  });
}

/** Whether something of its owner is at work that takes long, or was lately. */
function takesLong(budget: Budget): boolean {
  const owner = ownerOf(budget.owner);
  return slow.count(owner) > 0 || debts.of(owner) > 0;
}

async function tryQuickly(waiting: Waiting): Promise<void> {
  // It waited while another one of its owner was found to take long.
  if (takesLong(waiting.budget)) return slow.add(waiting);
  try {
    waiting.resolve(await answerTo(waiting, quick, sliceMs));
  } catch (error) {
    if (!(error instanceof SliceSpent)) return waiting.reject(error);
    // The thread that is ready is for those who are quick.
    await quick.ownThread().catch(() => null);
    slow.add(waiting);
  }
}

async function tryLong(waiting: Waiting): Promise<void> {
  try {
    waiting.resolve(await answerTo(waiting, slow, Infinity));
  } catch (error) {
    waiting.reject(error);
  }
}

/** A document was not done with within a slice, and its budget has time for more. */
class SliceSpent extends Error {}

async function answerTo({ job, what, budget, since }: Waiting, lane: Lane, mostMs: number): Promise<unknown> {
  // Others of the same request may have used its time up meanwhile.
  const refusal = refusalOf(budget, what);
  if (refusal) throw refusal;
  if (performance.now() - since > waitMsMax) throw tooBusy(what);
  const thread = await lane.ownThread();
  const given = { threadMs: Math.min(budget.threadMs, mostMs), patienceMs: budget.patienceMs };
  const left = { ...given };
  const watch = new Watch(thread.processorTime, what, left);
  let isInVain = false;
  try {
    return await answerOf(thread, job, what, watch.signal);
  } catch (error) {
    isInVain = watch.isTooLong && budget.threadMs > given.threadMs;
    throw isInVain ? new SliceSpent() : error;
  } finally {
    watch.end();
    const tookMs = given.threadMs - left.threadMs;
    if (tookMs > sliceMs) debts.add(ownerOf(budget.owner), tookMs);
    // What is begun anew is not charged twice.
    if (!isInVain) budget.charge(tookMs, given.patienceMs - left.patienceMs);
  }
}

async function answerOf(thread: Thread, job: Job, what: string, signal: AbortSignal): Promise<unknown> {
  try {
    thread.worker.postMessage(job);
    const [answer] = (await once(thread.worker, 'message', { signal })) as [Answer];
    if ('value' in answer) return answer.value;
    throw errorOf(answer);
  } catch (error) {
    if (error instanceof AppError || error instanceof TemplateError) throw error;
    // Whatever it was, nothing in this thread can be trusted any more.
    thread.end();
    if (signal.aborted) throw signal.reason;
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw invalid(`${what} needs too much memory to check.`);
  }
}

function errorOf(answer: Exclude<Answer, { value: unknown }>): Error {
  if ('failed' in answer) return new Error(answer.failed);
  return answer.line === undefined ? invalid(answer.refused) : new TemplateError(answer.refused, answer.line);
}
