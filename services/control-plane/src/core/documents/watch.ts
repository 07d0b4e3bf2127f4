import { unavailable, type AppError } from '../errors/app-error.js';
import { tooLong, type TimeLeft } from './budget.js';
import type { ProcessorTime } from './processor-time.js';

const lookMsMin = 10;

export const tooBusy = (what: string): AppError =>
  unavailable(`${what} could not be checked in time: the server is busy. Please try again later.`);

/** Why nothing more is done within a budget; null as long as something may be. */
export function refusalOf({ threadMs, patienceMs }: TimeLeft, what: string): AppError | null {
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
    private readonly given: TimeLeft,
  ) {
    this.began = { processor: processorTime(), clock: performance.now() };
    this.lookAgain(Math.min(given.threadMs, given.patienceMs));
  }

  /** Its reason is the refusal. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Whether the document has had all of the processor's time that it was given, and was ended. */
  get isTooLong(): boolean {
    const { aborted, reason } = this.signal as { aborted: boolean; reason?: AppError };
    return aborted && reason?.kind === 'invalid';
  }

  /** What was spent is taken from what was given. */
  end(): void {
    this.isEnded = true;
    clearTimeout(this.timer);
    const left = this.left();
    this.given.threadMs = left.threadMs;
    this.given.patienceMs = left.patienceMs;
  }

  private left(): TimeLeft {
    return {
      threadMs: this.given.threadMs - (this.processorTime() - this.began.processor),
      patienceMs: this.given.patienceMs - (performance.now() - this.began.clock),
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
