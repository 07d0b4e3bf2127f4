import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { contentsFor } from './contents.ts';
import type { Question } from './graphql.ts';
import { shuffled } from './shuffled.ts';

export type Talk = { name: string; content: string; hold(): Promise<void> };

const doors: Record<string, { hello(content: string): string; after(content: string): string; bytesMax: number }> = {
  '/api/events/in': {
    hello: (content) => `{"id":${content}}`,
    after: (content) => event(content),
    bytesMax: 2_000_000,
  },
  '/api/events/out': { hello: (content) => filter(content), after: (content) => content, bytesMax: 250_000 },
  '/api/logs/out': { hello: (content) => filter(content), after: (content) => content, bytesMax: 250_000 },
  '/api/task_runs/subscriptions/scheduled': {
    hello: (content) => `{"type":"subscribe","keys":${content},"client_id":"c"}`,
    after: (content) => content,
    bytesMax: 500_000,
  },
  '/api/work_pools/pool/workers/connect': {
    hello: (content) => `{"type":"hello","payload":${content}}`,
    after: (content) => content,
    bytesMax: 1_000_000,
  },
};
const filter = (content: string): string =>
  `{"type":"filter","filter":{"event":{"prefix":${content},"name":${content}},"resource":${content},"level":${content}}}`;
const event = (content: string): string =>
  JSON.stringify({
    id: crypto.randomUUID(),
    occurred: new Date().toISOString(),
    event: 'a',
    related: [],
    resource: { 'prefect.resource.id': 'a' },
  }).replace(/\}$/, `,"payload":${content}}`);
const frames = 4;
/** Talks of each door that every run holds: so many contents, by each of three. */
const onceEach = 3 * 5;
const answersWithinMs = 60;

/** What is said to the sockets: before sign-in, after a refusal, and by somebody who may. Each door hears all; `once` a part. */
export function talks(url: string, key: string, seed: string): { once: Talk[]; more: Talk[] } {
  const contents = [
    ...contentsFor({ type: 'string' }, {}, ''),
    ...contentsFor({ type: 'array', items: { type: 'string' } }, {}, ''),
    ...contentsFor({}, {}, ''),
  ];
  const all = Object.entries(doors).map(([path, door]) =>
    shuffled(contents, seed + path).flatMap((content) => {
      const cut = (text: string): string => (text.length > door.bytesMax ? text.slice(0, door.bytesMax) : text);
      const signedIn = `{"type":"auth","token":"${key}"}`;
      return [
        { who: 'a stranger', says: () => Array.from({ length: frames }, () => content.json) },
        {
          who: 'somebody refused',
          says: () => ['{"type":"auth","token":"no"}', ...Array.from({ length: frames }, () => content.json)],
        },
        {
          who: 'a member',
          says: () => [
            signedIn,
            fits(door.hello(content.json)),
            ...Array.from({ length: frames }, () => cut(door.after(content.json))),
          ],
        },
      ].map(({ who, says }) => ({
        name: `${who} at ${path}`,
        content: content.name,
        hold: () => talk(url.replace(/^http/, 'ws') + path, says()),
      }));
      function fits(text: string): string {
        return text.length > door.bytesMax
          ? door.hello(content.json.length > 1_000 ? `"${'x'.repeat(door.bytesMax / 6)}"` : content.json)
          : text;
      }
    }),
  );
  return {
    once: all.flatMap((each) => each.slice(0, onceEach)),
    more: shuffled(
      all.flatMap((each) => each.slice(onceEach)),
      seed,
    ),
  };
}

async function talk(address: string, says: string[]): Promise<void> {
  const socket = new WebSocket(address, 'prefect');
  socket.on('error', () => undefined);
  const gone = once(socket, 'close').catch(() => undefined);
  await Promise.race([once(socket, 'open').catch(() => undefined), gone]);
  for (const text of says) {
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    await sleep(5);
  }
  await Promise.race([gone, sleep(answersWithinMs)]);
  socket.terminate();
}

/** One question over graphql-ws. Answers how much came back. */
export async function askBySocket(url: string, key: string | null, { query, variables }: Question): Promise<number> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => undefined);
  let bytes = 0;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 30_000);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: key ? { apiKey: key } : {} })),
    );
    socket.on('message', (data: Buffer) => {
      bytes += data.length;
      const { type } = JSON.parse(data.toString()) as { type: string };
      if (type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
      if (type === 'error' || type === 'complete') socket.close();
    });
  });
  socket.terminate();
  return bytes;
}
