import { WebSocket } from 'ws';

export type Subscription = {
  apiUrl: string;
  apiKey: string;
  path: '/events/out' | '/logs/out';
  filter: Record<string, unknown>;
  backfill?: boolean;
};

type Handlers = { ready(): void; frame(frame: Record<string, unknown>): void; closed(reason: string): void };

const handshakeMs = 10_000;

/** Opens one of the streams of the wire. `closed` is called once, also when it never opened. Answers how to close it. */
export function subscribe({ apiUrl, apiKey, path, filter, backfill }: Subscription, handlers: Handlers): () => void {
  const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}${path}`, ['prefect'], {
    handshakeTimeout: handshakeMs,
  });
  const send = (message: unknown) => socket.send(JSON.stringify(message));
  socket.on('open', () => send({ type: 'auth', token: apiKey }));
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Record<string, unknown>;
    if (frame['type'] !== 'auth_success') return handlers.frame(frame);
    send({ type: 'filter', filter, ...(backfill === undefined ? {} : { backfill }) });
    handlers.ready();
  });
  // An error is followed by a close.
  socket.on('error', () => undefined);
  socket.once('close', (_code, reason) => handlers.closed(reason.toString()));
  return () => socket.close();
}
