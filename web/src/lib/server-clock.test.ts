import { expect, test } from 'vitest';
import { serverClock } from './server-clock';

const start = Date.parse('2026-03-01T12:00:00Z');
const stage = () => {
  const time = { runs: 0 };
  const clock = serverClock(
    () => time.runs,
    () => 7,
  );
  const date = (ms: number) => new Date(start + ms).toUTCString();
  return { time, clock, date };
};

test('before the server said anything its time is that of the browser', () => {
  const { clock } = stage();
  expect(clock.now()).toBe(7);
  clock.note(null);
  clock.note('no date');
  expect(clock.now()).toBe(7);
});

test('the time of the server goes on from what it said, whatever the browser believes', () => {
  const { time, clock, date } = stage();
  clock.note(date(0));
  time.runs = 2_500;
  expect(clock.now()).toBe(start + 2_500);
});

test('an answer that came late does not put the clock back', () => {
  const { time, clock, date } = stage();
  clock.note(date(0));
  time.runs = 9_000;
  clock.note(date(1_000));
  expect(clock.now()).toBe(start + 9_000);
  clock.note(date(10_000));
  expect(clock.now()).toBe(start + 10_000);
});
