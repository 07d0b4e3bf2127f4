import type { WebSocket } from 'ws';

/** The text frames of a socket in order, from the first on: nothing that comes early is lost. */
export class Frames {
  private readonly queue: string[] = [];
  private listener: ((frame: string) => void) | null = null;
  private readonly ended: Promise<null>;

  constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.take(data.toString()));
    this.ended = new Promise((resolve) => socket.on('close', () => resolve(null)));
  }

  /** The next frame; null when the socket closes first, or when nothing comes within the time. */
  async next(withinMs: number | null = 10_000): Promise<string | null> {
    const queued = this.queue.shift();
    if (queued !== undefined) return queued;
    let timer: NodeJS.Timeout | undefined;
    const arrived = new Promise<string | null>((resolve) => {
      this.listener = resolve;
      if (withinMs !== null) timer = setTimeout(() => resolve(null), withinMs);
    });
    const frame = await Promise.race([arrived, this.ended]);
    clearTimeout(timer);
    this.listener = null;
    return frame;
  }

  /** The next frame as JSON; null also when it is not JSON. */
  async nextJson(withinMs: number | null = 10_000): Promise<unknown> {
    const frame = await this.next(withinMs);
    if (frame === null) return null;
    try {
      return JSON.parse(frame) as unknown;
    } catch {
      return null;
    }
  }

  /** Hands every frame over from now on, the queued ones first. */
  each(listener: (frame: string) => void): void {
    for (const frame of this.queue.splice(0)) listener(frame);
    this.take = listener;
  }

  private take(frame: string): void {
    if (this.listener) {
      const listener = this.listener;
      this.listener = null;
      listener(frame);
    } else {
      this.queue.push(frame);
    }
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}
