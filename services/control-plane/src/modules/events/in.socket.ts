import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { event as eventSchema } from '@headgate/contracts/rest/events';
import type { WebSocket } from 'ws';
import type { Ctx } from '../../core/access/ctx.js';
import { parseJson } from '../../core/json/exact-json.js';
import type { Frames } from '../../core/sockets/frames.js';
import { Sockets } from '../../core/sockets/sockets.js';
import { EventsIngest } from './ingest.js';

/**
 * The way in for events: one per frame, nothing is answered. Clients take the pong as the word that everything before
 * their ping is stored, so the pong waits for that; when storing fails the socket breaks, and they send again.
 */
@Injectable()
export class EventsInSocket implements OnModuleInit {
  constructor(
    @Inject(Sockets) private readonly sockets: Sockets,
    @Inject(EventsIngest) private readonly ingest: EventsIngest,
  ) {}

  onModuleInit(): void {
    this.sockets.add({
      path: /^\/api\/events\/in$/,
      needs: 'manage_events',
      holdsPongs: true,
      handle: (socket, frames, ctx) => this.handle(socket, frames, ctx),
    });
  }

  private handle(socket: WebSocket, frames: Frames, ctx: Ctx): void {
    const storing = new Set<Promise<unknown>>();
    const pong = async (data: Buffer) => {
      const results = await Promise.allSettled(storing);
      if (results.every((result) => result.status === 'fulfilled') && socket.readyState === socket.OPEN)
        socket.pong(data);
    };
    frames.each((frame) => {
      const event = parse(frame);
      if (!event) return;
      const stored = this.ingest.take(ctx.workspaceId, [event]).catch((error: unknown) => {
        ctx.log.warn({ err: error }, 'event could not be stored');
        socket.terminate();
        throw error;
      });
      storing.add(stored);
      stored.then(
        () => storing.delete(stored),
        () => undefined,
      );
    });
    socket.on('ping', (data: Buffer) => void pong(data));
  }
}

/** Null for a frame that is not an event: one bad frame must not cost the others. */
function parse(frame: string) {
  try {
    const parsed = eventSchema.safeParse(parseJson(frame));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
