import { unavailable, type AppError } from '../errors/app-error.js';
import { tooLong, type Budget } from './budget.js';
import type { ProcessorTime } from './processor-time.js';

const lookMsMin = 10;

const tooBusy = (what: string): AppError =>
  unavailable(`${what} could not be checked in time: the server is busy. Please try again later.`);

/** Why nothing more is done within a budget; null as long as something may be. */
export function refusalOf(
  { threadMs, patienceMs }: Pick<Budget, 'threadMs' | 'patienceMs'>,
  what: string,
): AppError | null {
  if (threadMs <= 0) return tooLong(what);
  return patienceMs <= 0 ? tooBusy(what) : null;
}

/**
 * Ends what takes too long on the thread of documents. A document answers for the processor's time that it takes, and not
 * for how long the machine kept its thread waiting: who waited in vain is told to come again.
 */
export class Watch {
  private readonly over = new AbortController();
  private readonly began: { processor: number; clock: number };
  private timer: NodeJS.Timeout | undefined;
  private isEnded = false;

  constructor(
    private readonly processorTime: ProcessorTime,
    private readonly what: string,
    private readonly budget: Budget,
  ) {
    this.began = { processor: processorTime(), clock: performance.now() };
    this.lookAgain(Math.min(budget.threadMs, budget.patienceMs));
  }

  /** Its reason is the refusal. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** The budget is charged with what was spent. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
    const left = this.left();
    this.budget.threadMs = left.threadMs;
    this.budget.patienceMs = left.patienceMs;
  }

  private left(): Pick<Budget, 'threadMs' | 'patienceMs'> {
    return {
      threadMs: this.budget.threadMs - (this.processorTime() - this.began.processor),
      patienceMs: this.budget.patienceMs - (performance.now() - this.began.clock),
    };
  }

  /** After an answer that is there already was read. */
  private lookAgain(inMs: number): void {
    this.timer = setTimeout(() => setImmediate(() => this.look()), Math.max(lookMsMin, inMs));
  }

  private look(): void {
    if (this.isEnded) return;
    const left = this.left();
    const refusal = refusalOf(left, this.what);
    if (refusal) this.over.abort(refusal);
    else this.lookAgain(Math.min(left.threadMs, left.patienceMs));
  }
}
