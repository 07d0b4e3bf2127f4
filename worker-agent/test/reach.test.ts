import { expect, test } from 'vitest';
import { Reach } from '../src/agent/reach.js';
import { ApiError, Unreachable } from '../src/api/http.js';

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
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
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
