import { AppError } from '../errors/app-error.js';

type Waiting<In, Out> = { input: In; resolve: (output: Out) => void; reject: (error: unknown) => void };

/** One flush after the other makes large, cheap batches; behind one that takes longer than this the next departs all the same. */
const patienceMs = 40;

/**
 * Lets callers that arrive together share one statement and one commit. It flushes at once when nothing is in flight
 * and collects only behind a flush that is: no latency when idle, group commit under load. A flush that hangs does not
 * hold up the others. When a flush of several fails, each is tried alone, so that a poisoned one fails alone.
 */
export class MicroBatch<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private inFlight = 0;
  private scheduled = false;
  private departedAt = 0;
  private later: NodeJS.Timeout | undefined;

  constructor(
    /** Answers one output per input, in order; answered only after the commit. */
    private readonly flush: (inputs: In[]) => Promise<Out[]>,
    private readonly options: { sizeMax: number; flightsMax: number; waitingMax: number } = {
      sizeMax: 200,
      flightsMax: 4,
      waitingMax: 20_000,
    },
  ) {}

  submit(input: In): Promise<Out> {
    if (this.waiting.length >= this.options.waitingMax) {
      return Promise.reject(
        new AppError('tooMany', 'Too much is waiting to be written.', {}, { retryAfterSeconds: 1 }),
      );
    }
    return new Promise<Out>((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight >= this.options.flightsMax || this.waiting.length === 0) return;
    const patience = this.inFlight === 0 ? 0 : this.departedAt + patienceMs - performance.now();
    if (patience > 0) {
      this.later ??= setTimeout(() => {
        this.later = undefined;
        this.schedule();
      }, patience);
      return;
    }
    this.scheduled = true;
    // One turn of the loop gathers what arrived in the same read of the sockets.
    setImmediate(() => {
      this.scheduled = false;
      void this.takeOff();
    });
  }

  private async takeOff(): Promise<void> {
    if (this.inFlight >= this.options.flightsMax || this.waiting.length === 0) return;
    const batch = this.waiting.splice(0, this.options.sizeMax);
    this.inFlight++;
    this.departedAt = performance.now();
    try {
      const outputs = await this.flush(batch.map((each) => each.input));
      batch.forEach((each, at) => each.resolve(outputs[at] as Out));
    } catch (error) {
      await this.failOrSplit(batch, error);
    } finally {
      this.inFlight--;
      this.schedule();
    }
  }

  private async failOrSplit(batch: Waiting<In, Out>[], error: unknown): Promise<void> {
    if (batch.length === 1 || (error instanceof AppError && error.kind === 'unavailable')) {
      for (const each of batch) each.reject(error);
      return;
    }
    for (const each of batch) {
      try {
        const [output] = await this.flush([each.input]);
        each.resolve(output as Out);
      } catch (own) {
        each.reject(own);
      }
    }
  }
}
