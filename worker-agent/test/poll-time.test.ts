import { expect, test } from 'vitest';
import { PollTime } from '../src/agent/poll-time.js';

const polls = () => {
  let now = 1_000_000;
  const time = new PollTime(() => now);
  return { time, later: (ms: number) => void (now += ms) };
};

test('polls are short until one was held for its whole time, and long from then on', () => {
  const { time } = polls();
  expect(time.seconds).toBe(25);
  // Work came.
  time.held(25, 3_000);
  expect(time.seconds).toBe(25);
  time.held(25, 23_000);
  expect(time.seconds).toBe(55);
  time.held(55, 1_000);
  expect(time.seconds).toBe(55);
});

test('a long poll that something on the way cuts off makes polls short for an hour', () => {
  const { time, later } = polls();
  time.held(25, 25_000);
  time.cut(55, 30_000);
  expect(time.seconds).toBe(25);
  time.held(25, 25_000);
  later(59 * 60_000);
  expect(time.seconds).toBe(25);
  later(60_000);
  expect(time.seconds).toBe(55);
});

test('a server that ends while it is polled says nothing about the length of polls', () => {
  const { time } = polls();
  time.held(25, 25_000);
  time.cut(55, 4_000);
  expect(time.seconds).toBe(55);
});

test('a poll that was not to be held proves nothing', () => {
  const time = new PollTime(() => 0);
  time.held(0, 400);
  expect(time.seconds).toBe(25);
});
