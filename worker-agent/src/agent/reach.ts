import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, isPassing } from '../api/http.js';

const firstWaitMs = 500;
const longestWaitMs = 5_000;
/** Refusals within this time of each other are one piece of news. */
const slowedAgainMs = 60_000;

const tooMuch = 429;

export type ReachNews = {
  down(reason: string): void;
  up(awayMs: number): void;
  /** It is there, and wants to be asked less. */
  slowed(reason: string): void;
};

/**
 * Whether the control plane can be reached, shared by all that talk to it: one failure makes everybody wait, so that an
 * outage is met with one attempt per interval instead of one per run. The longest wait is short: leases must be renewed
 * soon after the control plane is back. Where more is asked than the workspace may, everybody waits as long as it was said.
 */
export class Reach {
  private failures = 0;
  private openAt = 0;
  private failedAt = -Infinity;
  private succeededAt = -Infinity;
  private quietUntil = 0;
  private slowedUntil = 0;
  private downSince: number | null = null;

  constructor(private readonly news: ReachNews) {}

  /** Waits until another attempt is due. What is urgent is heard also by a control plane that wants to be asked less. */
  async turn(signal?: AbortSignal, { urgent = false } = {}): Promise<void> {
    const due = () => (urgent ? this.openAt : Math.max(this.openAt, this.quietUntil));
    while (Date.now() < due()) await sleep(due() - Date.now(), undefined, signal ? { signal } : {});
  }

  get isDown(): boolean {
    return this.downSince !== null;
  }

  /** Whether it could not be reached at some time since then, of `performance.now()`. */
  failedSince(then: number): boolean {
    return this.isDown || this.failedAt >= then;
  }

  /**
   * Runs `attempt` until it succeeds or fails for good; errors that may pass are waited out. An abort is not kept waiting by an
   * attempt that is under way: whether that was heard is then unknown.
   */
  async insist<T>(attempt: () => Promise<T>, signal?: AbortSignal, how: { urgent?: boolean } = {}): Promise<T> {
    while (true) {
      await this.turn(signal, how);
      const begunAt = performance.now();
      try {
        const answer = await (signal ? unlessAborted(attempt(), signal) : attempt());
        this.succeeded(begunAt);
        return answer;
      } catch (error) {
        if (signal?.aborted || !isPassing(error)) throw error;
        this.failed(error, begunAt);
      }
    }
  }

  /**
   * What was asked before the last failure says nothing of now: a server that stops still answers polls that it has, and takes
   * no new requests.
   */
  succeeded(begunAt: number): void {
    if (begunAt <= this.failedAt) return;
    this.succeededAt = performance.now();
    this.failures = 0;
    this.openAt = 0;
    if (this.downSince !== null) this.news.up(Date.now() - this.downSince);
    this.downSince = null;
  }

  /** As what was asked before the last failure, so what was asked before the last success: who asks again knows more. */
  failed(error: Error, begunAt: number): void {
    const now = Date.now();
    const asked = error instanceof ApiError ? error.retryAfterSeconds : null;
    if (error instanceof ApiError && error.status === tooMuch) return this.refused(error, asked ?? 1);
    this.failedAt = performance.now();
    if (begunAt < this.succeededAt) return;
    if (now < this.openAt) return;
    const wait = asked === null ? Math.min(longestWaitMs, firstWaitMs * 2 ** this.failures) : asked * 1000;
    this.failures += 1;
    this.openAt = now + wait * (1 + Math.random() * 0.2);
    if (this.downSince === null) this.news.down(error.message);
    this.downSince ??= now;
  }

  /** A success of somebody else does not undo it. */
  private refused(error: ApiError, seconds: number): void {
    const now = Date.now();
    this.quietUntil = Math.max(this.quietUntil, now + seconds * 1000 * (1 + Math.random() * 0.2));
    if (now > this.slowedUntil) this.news.slowed(error.message);
    this.slowedUntil = now + slowedAgainMs;
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  // Whoever abandons it does not hear how it ended.
  work.catch(() => undefined);
  const aborted = async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: over.signal });
    throw signal.reason;
  };
  const abort = aborted();
  abort.catch(() => undefined);
  try {
    return await Promise.race([work, abort]);
  } finally {
    over.abort();
  }
}
