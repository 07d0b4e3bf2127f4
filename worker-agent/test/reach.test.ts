import { once, setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { Reach } from '../src/agent/reach.js';
import { ApiError, call, Unreachable } from '../src/api/http.js';

function listening() {
  const news: string[] = [];
  const reach = new Reach({
    down: (reason) => news.push(`down: ${reason}`),
    up: () => news.push('up'),
    slowed: (reason) => news.push(`slowed: ${reason}`),
  });
  return { reach, news };
}

function later<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((done, failed) => ([resolve, reject] = [done, failed]));
  return { promise, resolve, reject };
}

/** Fails with each of these in turn, and then succeeds. */
const failing = (...errors: Error[]) => {
  const left = [...errors];
  return () => (left.length > 0 ? Promise.reject(left.shift()!) : Promise.resolve('yes'));
};

test('an answer to what was asked before the last failure is no sign that the control plane is back', async () => {
  const { reach, news } = listening();
  const poll = later<string>();
  const polled = reach.insist(() => poll.promise);
  const refusedOnce = later<void>();
  const renewal = later<string>();
  let tries = 0;
  const renewed = reach.insist(() => {
    tries += 1;
    if (tries > 1) return renewal.promise;
    refusedOnce.resolve();
    return Promise.reject(new Unreachable('ECONNREFUSED'));
  });
  await refusedOnce.promise;
  await expect.poll(() => news).toEqual(['down: ECONNREFUSED']);
  poll.resolve('nothing to do');
  expect(await polled).toBe('nothing to do');
  expect(news).toEqual(['down: ECONNREFUSED']);
  expect(reach.isDown).toBe(true);
  renewal.resolve('renewed');
  await renewed;
  expect(news).toEqual(['down: ECONNREFUSED', 'up']);
});

test('a server that says that it is not ready is not back', async () => {
  const { reach, news } = listening();
  const notReady = () => new ApiError(503, 'stopping', 0);
  expect(await reach.insist(failing(new Unreachable('ECONNRESET'), notReady(), notReady()))).toBe('yes');
  expect(news).toEqual(['down: ECONNRESET', 'up']);
});

test('an abort does not wait for an answer', async () => {
  const { reach } = listening();
  const stopping = new AbortController();
  const asked = later<void>();
  const insisting = reach.insist(() => {
    asked.resolve();
    return new Promise<never>(() => undefined);
  }, stopping.signal);
  await asked.promise;
  stopping.abort();
  await expect(insisting).rejects.toThrow(/abort/i);
});

test('what was asked before the last answer came, and fails, is no sign that the control plane is away', async () => {
  const { reach, news } = listening();
  const cut = later<never>();
  let tries = 0;
  const slow = reach.insist(() => {
    tries += 1;
    return tries > 1 ? Promise.resolve('in the end') : cut.promise;
  });
  await reach.insist(() => Promise.resolve('answered'));
  cut.reject(new Unreachable('ECONNRESET'));
  expect(await slow).toBe('in the end');
  expect(news).toEqual([]);
});

/** Answers at once, or, asked to wait, when it is told to; at the same port each time. */
async function serve(port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/waits') return;
    response.end('{}');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('of all who ask while the control plane is away one says so, and one that it is back', async () => {
  const { reach, news } = listening();
  let server = await serve();
  const { port } = server.address() as AddressInfo;
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const answers = Array.from({ length: 12 }, () => 0);
  // Some poll and hold their connections; the others ask all the time.
  const askers = answers.map(async (_, at) => {
    const path = at < 3 ? '/waits' : '/';
    while (!over.signal.aborted) {
      const ask = () => call(`http://127.0.0.1:${port}${path}`, '', { signal: over.signal });
      await reach.insist(ask, over.signal).catch((error: unknown) => {
        if (!over.signal.aborted) throw error;
      });
      answers[at]! += 1;
    }
  });
  const all = (floor: number[]) => answers.every((count, at) => at < 3 || count > floor[at]! + 20);
  const expected: unknown[] = [];
  for (let outage = 0; outage < 3; outage++) {
    const begun = [...answers];
    await expect.poll(() => all(begun), { timeout: 20_000 }).toBe(true);
    server.close();
    server.closeAllConnections();
    await expect.poll(() => reach.isDown, { timeout: 20_000 }).toBe(true);
    server = await serve(port);
    await expect.poll(() => reach.isDown, { timeout: 20_000 }).toBe(false);
    const before = [...answers];
    await expect.poll(() => all(before), { timeout: 20_000 }).toBe(true);
    expected.push(expect.stringMatching(/^down: /), 'up');
    expect(news).toEqual(expected);
  }
  over.abort();
  server.close();
  server.closeAllConnections();
  await Promise.all(askers);
});
