import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { parseExact, stringifyExact } from '../json/exact-json.js';
import { writeAnswers } from './long-answers.js';

const item = (size: number) => parseExact(`{"id":12345678901234567890,"text":"${'x'.repeat(size)}","none":null}`);
const many = (count: number, size: number) => Array.from({ length: count }, () => item(size));
const answers: [string, unknown][] = [
  ['a list', many(300, 10)],
  ['a page', { results: many(50, 10), count: 50, next: undefined, more: null, other: many(20, 5) }],
  ['a short list', many(3, 10)],
  ['a list with nothing in it', Array.from({ length: 20 })],
  ['an empty page', { results: [] }],
  ['an object', item(10)],
];

test.each(answers)('%s is answered as it is', async (_, answer) => {
  const app = fastify();
  writeAnswers(app as never);
  app.get('/', () => answer);
  const response = await app.inject('/');
  expect(response.body).toBe(stringifyExact(answer));
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  await app.close();
});

test.each([
  ['a long list', (list: unknown[]) => list],
  ['the longer list of an answer', (list: unknown[]) => ({ roots: [1, 2], nodes: list })],
])('while %s is written, others have their turns', async (_, answerOf) => {
  const app = fastify();
  writeAnswers(app as never);
  const answer = answerOf(many(400, 100_000));
  app.get('/', () => answer);
  let turns = 0;
  let over = false;
  const count = () => over || (turns++, setImmediate(count));
  setImmediate(count);
  const { body } = await app.inject('/');
  over = true;
  expect(body.length).toBeGreaterThan(40_000_000);
  expect(turns).toBeGreaterThan(15);
  await app.close();
});

test.each([9, 300])('%i large items are refused before they are all written', async (count) => {
  const app = fastify();
  writeAnswers(app as never);
  const large = item(5_000_000);
  app.get('/', () => ({ results: Array.from({ length: count }, () => large) }));
  const { statusCode, body } = await app.inject('/');
  expect(statusCode).toBe(422);
  expect(body).toMatch(/larger than 40 MB/);
  await app.close();
});

test('what cannot be written is an error, not silence', async () => {
  const app = fastify();
  writeAnswers(app as never);
  app.get('/', () => Array.from({ length: 20 }, () => ({ big: 1n })));
  expect((await app.inject('/')).statusCode).toBe(500);
  await app.close();
});
