import { until } from '@headgate/testkit';
import { expect, test } from 'vitest';
import type { Config } from '../config/config.js';
import { Turns } from '../fair/turns.js';
import { Broadcast } from './broadcast.js';
import { Feeds } from './feeds.js';
import { followFeed } from './follow-feed.js';
import { lookAgain } from './look-again.js';

type Value = { n: number; text?: string };
const party = { workspaceId: 'w' };

/** A feed, and how many of what its workspaces tell is begun and not stopped. */
function feedOf() {
  const turns = new Turns({ database: { poolSize: 5 } } as Config);
  const open = new Set<Broadcast<Value>>();
  const feed = new Feeds<Value>((workspaceId) => {
    const broadcast = new Broadcast<Value>(turns, workspaceId, JSON.stringify);
    open.add(broadcast);
    return { broadcast, stop: () => void open.delete(broadcast) };
  });
  return { feed, open, tell: (values: Value[]) => open.forEach((broadcast) => broadcast.give(values)) };
}
const numbers = (count: number): Value[] => Array.from({ length: count }, (_, n) => ({ n }));
const busy = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end;);
};

test('what is wanted comes in batches, in order', async () => {
  const { feed, tell } = feedOf();
  const stream = followFeed(feed, party, ({ n }) => n % 2 === 0);
  tell(numbers(401));
  const heard: number[] = [];
  while (heard.length < 201) {
    const { value } = await stream.next();
    expect((value as Value[]).length).toBeLessThanOrEqual(100);
    heard.push(...(value as Value[]).map(({ n }) => n));
  }
  expect(heard).toEqual(Array.from({ length: 201 }, (_, at) => 2 * at));
});

test.each([
  ['in number', numbers(1_200)],
  ['in size', numbers(10).map(({ n }) => ({ n, text: 'x'.repeat(1024 * 1024) }))],
])('who falls too far behind %s is told to look again, and hears what comes then', async (_, much) => {
  const { feed, tell } = feedOf();
  let taken = 0;
  const stream = followFeed(feed, party, () => ++taken > 0);
  tell(much);
  await until('all of it is there', () => taken === much.length);
  expect((await stream.next()).value).toBe(lookAgain);
  tell([{ n: -1 }]);
  const heard: number[] = [];
  while (!heard.includes(-1)) heard.push(...((await stream.next()).value as Value[]).map(({ n }) => n));
  expect(heard.length).toBeLessThan(much.length);
});

test('who is lost by the feed listens anew and looks again', async () => {
  const { feed, tell } = feedOf();
  let isSlow = true;
  // Fifty who take 3 ms for each of 8,000 things.
  const streams = Array.from({ length: 50 }, () =>
    followFeed(feed, party, ({ n }) => {
      if (isSlow) busy(3);
      return n < 0;
    }),
  );
  for (let times = 0; times < 8; times++) tell(numbers(1_000));
  expect((await streams[0]!.next()).value).toBe(lookAgain);
  isSlow = false;
  tell([{ n: -1 }]);
  let heard: unknown;
  do heard = (await streams[0]!.next()).value;
  while (heard === lookAgain);
  expect(heard).toEqual([{ n: -1 }]);
});

test('with the last who leaves the feed is stopped, and who waits is told that it is over', async () => {
  const { feed, open } = feedOf();
  const streams = [followFeed(feed, party, () => true), followFeed(feed, party, () => true)];
  const waiting = streams[0]!.next();
  await streams[0]!.return!();
  expect([(await waiting).done, open.size]).toEqual([true, 1]);
  await streams[1]!.return!();
  expect([(await streams[1]!.next()).done, open.size]).toEqual([true, 0]);
});

test('a filter that fails ends the stream with its reason', async () => {
  const { feed, open, tell } = feedOf();
  const stream = followFeed(feed, party, () => {
    throw new Error('too dear');
  });
  tell([{ n: 1 }]);
  await expect(stream.next()).rejects.toThrow('too dear');
  expect(open.size).toBe(0);
});

test('what waits for all readers of an owner together has an end; when they have gone there is room again', async () => {
  const { feed, tell } = feedOf();
  const text = 'x'.repeat(1024 * 1024);
  // Each waits for something else.
  const streams = Array.from({ length: 20 }, (_, at) => followFeed(feed, party, ({ n }) => n % 20 === at));
  for (let times = 0; times < 10; times++) {
    let taken = 0;
    const last = followFeed(feed, { workspaceId: 'other' }, () => false);
    const counting = followFeed(feed, party, () => (taken++, false));
    tell(Array.from({ length: 10 }, (_, n) => ({ n: (times * 10 + n) % 100, text })));
    await until('they have taken it', () => taken === 10);
    await Promise.all([last.return!(), counting.return!()]);
  }
  const first = await Promise.all(streams.map(async (stream) => (await stream.next()).value));
  expect(first.filter((value) => value === lookAgain).length).toBeGreaterThan(0);
  await Promise.all(streams.map((stream) => stream.return!()));
  const next = followFeed(feed, party, () => true);
  tell(Array.from({ length: 5 }, (_, n) => ({ n, text })));
  expect((await next.next()).value).not.toBe(lookAgain);
  await next.return!();
});
