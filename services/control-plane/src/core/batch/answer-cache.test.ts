import { expect, test } from 'vitest';
import { AnswerCache } from './answer-cache.js';

/** An answer that comes when we say so. */
function pending<T>() {
  let answer!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (answer = resolve));
  return { promise, answer };
}

test('an answer is asked for once, by however many at the same time, and then remembered', async () => {
  const cache = new AnswerCache<string>(10, 60_000);
  let asked = 0;
  const ask = async () => `answer ${++asked}`;
  expect(await Promise.all([cache.get('a', ask), cache.get('a', ask)])).toEqual(['answer 1', 'answer 1']);
  expect(await cache.get('a', ask)).toBe('answer 1');
});

test('that there is no answer is remembered too', async () => {
  const cache = new AnswerCache<string | null>(10, 60_000);
  await cache.get('a', async () => null);
  expect(await cache.get('a', async () => 'late')).toBeNull();
});

test('a forgotten answer is asked for again', async () => {
  const cache = new AnswerCache<string>(10, 60_000);
  await cache.get('a', async () => 'old');
  cache.forget('a');
  expect(await cache.get('a', async () => 'new')).toBe('new');
});

test('an answer that was asked for before a change is not kept', async () => {
  const cache = new AnswerCache<string>(10, 60_000);
  const { promise, answer } = pending<string>();
  const early = cache.get('a', () => promise);
  cache.forget('a');
  answer('old');
  expect(await early).toBe('old');
  expect(await cache.get('a', async () => 'new')).toBe('new');
});

test('answers that have had their time are asked for again', async () => {
  const cache = new AnswerCache<string>(10, -1);
  await cache.get('a', async () => 'old');
  expect(await cache.get('a', async () => 'new')).toBe('new');
});

test('when it is full, what was used least lately goes', async () => {
  const cache = new AnswerCache<string>(2, 60_000);
  await cache.get('a', async () => 'a');
  await cache.get('b', async () => 'b');
  cache.peek('a');
  await cache.get('c', async () => 'c');
  expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual(['a', undefined, 'c']);
});

test('a question that fails is not remembered', async () => {
  const cache = new AnswerCache<string>(10, 60_000);
  await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await cache.get('a', async () => 'back')).toBe('back');
});
