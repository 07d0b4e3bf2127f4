import type { Live } from './live.js';

/** Wakes one who waits when a topic has news, or when news may have been missed; what rings between two waits counts for the next. */
export class Bell {
  private rung = false;
  private wake: () => void = () => undefined;
  private readonly ends: (() => void)[];

  /** `concerns` leaves out what others wait for. */
  constructor(live: Live, topic: string, concerns: (payload: unknown) => boolean = () => true) {
    const ring = () => {
      this.rung = true;
      this.wake();
    };
    this.ends = [live.subscribe(topic, (payload) => concerns(payload) && ring()), live.onGap(ring)];
  }

  /** Answers when it rings, after the time, or when the one who waits is gone. */
  async ring(withinMs: number, gone: AbortSignal): Promise<void> {
    if (!this.rung && !gone.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = () => {
          clearTimeout(timer);
          gone.removeEventListener('abort', this.wake);
          resolve();
        };
        // A longer time than a timer can hold would be over at once.
        const timer = setTimeout(this.wake, Math.min(withinMs, 2 ** 31 - 1));
        gone.addEventListener('abort', this.wake, { once: true });
      });
    }
    this.rung = false;
  }

  stop(): void {
    for (const end of this.ends) end();
  }
}
