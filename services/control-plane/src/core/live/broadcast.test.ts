import { until } from '@headgate/testkit';
import { expect, test } from 'vitest';
import type { Config } from '../config/config.js';
import { Turns } from '../fair/turns.js';
import { Broadcast, type Told } from './broadcast.js';

const turnsOf = () => new Turns({ database: { poolSize: 5 } } as Config);

function listenerTo(broadcast: Broadcast<number>, work: () => void = () => undefined) {
  const heard = { values: [] as number[], isLost: false };
  broadcast.listen({
    take: ({ value }: Told<number>) => (work(), void heard.values.push(value)),
    lose: () => (heard.isLost = true),
  });
  return heard;
}
/** How often the event loop had time for others, until `isOver`. */
async function breaths(isOver: () => boolean): Promise<number> {
  let turns = 0;
  for (; !isOver(); turns++) await new Promise((resolve) => setImmediate(resolve));
  return turns;
}
const numbers = Array.from({ length: 1_000 }, (_, at) => at);
const busy = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end;);
};

test('what is told to many goes out in pieces, to each in order, and its text is made once', async () => {
  let written = 0;
  const broadcast = new Broadcast<number>(turnsOf(), 'noisy', (value) => `${++written} ${value}`);
  const listeners = Array.from({ length: 300 }, () => {
    const heard: number[] = [];
    broadcast.listen({ take: (told) => void (told.text && heard.push(told.value)), lose: () => undefined });
    return heard;
  });
  const reader = listenerTo(broadcast, () => busy(0.3));
  broadcast.give(numbers);
  const all = () => listeners.every((heard) => heard.length === 1_000) && reader.values.length === 1_000;
  // 300 ms of work, no more than eight things of it at a time beyond what is over.
  expect(await breaths(all)).toBeGreaterThan(60);
  expect(written).toBe(1_000);
  expect(listeners.every((heard) => heard.every((value, at) => value === at))).toBe(true);
});

test('who listens from now on hears nothing of before, and who has left nothing at all', async () => {
  const broadcast = new Broadcast<number>(turnsOf(), 'a', String);
  const first = listenerTo(broadcast);
  const left: number[] = [];
  const leave = broadcast.listen({ take: ({ value }) => void left.push(value), lose: () => undefined });
  broadcast.give([1]);
  await until('the first has heard', () => first.values.length === 1);
  leave();
  const second = listenerTo(broadcast);
  broadcast.give([2, 3]);
  await until('both have heard', () => second.values.length === 2);
  expect([first.values, second.values, left]).toEqual([[1, 2, 3], [2, 3], [1]]);
});

test('what waits for listeners has an end: who is too far behind is told, others go on', async () => {
  const broadcast = new Broadcast<number>(turnsOf(), 'a', String);
  const slow = Array.from({ length: 50 }, () => listenerTo(broadcast, () => busy(3)));
  for (let times = 0; times < 8; times++) broadcast.give(numbers);
  await until('the slow ones have lost', () => slow.every(({ isLost }) => isLost));
  expect(broadcast.size).toBe(0);
  const quick = listenerTo(broadcast);
  broadcast.give([1]);
  await until('another one hears', () => quick.values.length === 1);
});

test('what is large and waits has an end, also when nobody wants it written', async () => {
  const broadcast = new Broadcast<string>(turnsOf(), 'a', String);
  const heard = { taken: 0, isLost: false };
  broadcast.listen({ take: () => (busy(5), heard.taken++), lose: () => (heard.isLost = true) });
  for (let times = 0; times < 100; times++) broadcast.give([`${times}`.padEnd(1024 * 1024, 'x')]);
  await until('it is lost', () => heard.isLost);
  expect(heard.taken).toBeLessThan(100);
});
