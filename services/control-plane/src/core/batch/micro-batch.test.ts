import { expect, test, vi } from 'vitest';
import { unavailable } from '../errors/app-error.js';
import { isOwnedBy } from '../fair/owners.js';
import { MicroBatch } from './micro-batch.js';

/** Inputs below 100 are of one party, those below 200 of another, and so on. */
const partyOf = (input: number) => String(Math.floor(input / 100));
type Flush = { inputs: number[]; land: () => void };

/** A batch whose flushes the test ends by hand; each answers ten times what it got. */
function batchByHand(options: { costMax?: number; flightsMax?: number } = {}) {
  const flushes: Flush[] = [];
  const batch = new MicroBatch<number, number>(
    (inputs) =>
      new Promise((resolve) => flushes.push({ inputs, land: () => resolve(inputs.map((input) => input * 10)) })),
    { partyOf, ...options },
  );
  const departed = async (count: number) => {
    while (flushes.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
    return flushes[count - 1]!;
  };
  return { batch, flushes, departed };
}

test('the first goes at once; who comes while it is in flight goes together, and each gets its own answer', async () => {
  const { batch, flushes, departed } = batchByHand();
  const first = batch.submit(1);
  const one = await departed(1);
  const others = [batch.submit(2), batch.submit(3)];
  one.land();
  (await departed(2)).land();
  expect(await Promise.all([first, ...others])).toEqual([10, 20, 30]);
  expect(flushes.map((flush) => flush.inputs)).toEqual([[1], [2, 3]]);
});

test('a flush that hangs does not hold up the others', async () => {
  const { batch, departed } = batchByHand();
  const hung = batch.submit(1);
  const one = await departed(1);
  const other = batch.submit(2);
  (await departed(2)).land();
  expect(await other).toBe(20);
  one.land();
  expect(await hung).toBe(10);
});

test('when a flush of several fails, only the poisoned one fails', async () => {
  const batch = new MicroBatch<number, number>(
    async (inputs) => {
      if (inputs.includes(2)) throw new Error('poison');
      return inputs;
    },
    { partyOf },
  );
  const outcomes = await Promise.allSettled([1, 2, 3].map((input) => batch.submit(input)));
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('who comes when too much of the same party waits is asked to come again, and no other', async () => {
  const batch = new MicroBatch<number, number>(async (inputs) => inputs, {
    partyOf,
    costMax: 1,
    flightsMax: 1,
    waitingMax: 2,
  });
  const outcomes = await Promise.allSettled([1, 2, 3, 101].map((input) => batch.submit(input)));
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[2]).toMatchObject({ reason: { kind: 'tooMany' } });
});

test('who has nothing in flight does not wait for the flight of another', async () => {
  // However slow the machine, the patience of the one behind is not at an end.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  const { batch, departed } = batchByHand();
  const slow = batch.submit(1);
  const one = await departed(1);
  const behind = batch.submit(2);
  const quiet = batch.submit(101);
  const two = await departed(2);
  expect(two.inputs).toEqual([101]);
  clock.mockRestore();
  two.land();
  expect(await quiet).toBe(1010);
  one.land();
  (await departed(3)).land();
  expect(await Promise.all([slow, behind])).toEqual([10, 20]);
});

test('whose flights hang leaves the last flight to others', async () => {
  const { batch, flushes, departed } = batchByHand({ costMax: 1, flightsMax: 3 });
  const hung = [1, 2, 3, 4].map((input) => batch.submit(input));
  await departed(2);
  const quiet = batch.submit(101);
  (await departed(3)).land();
  expect(await quiet).toBe(1010);
  expect(flushes.map((flush) => flush.inputs)).toEqual([[1], [2], [101]]);
  for (let at = 1; at <= 5; at++) if (at !== 3) (await departed(at)).land();
  expect(await Promise.all(hung)).toEqual([10, 20, 30, 40]);
});

test('when a flush of several parties fails, one more flush is all that it costs those who did no wrong', async () => {
  const flushed: number[][] = [];
  const batch = new MicroBatch<number, number>(
    async (inputs) => {
      flushed.push(inputs);
      if (inputs.includes(2)) throw new Error('poison');
      return inputs;
    },
    { partyOf },
  );
  const outcomes = await Promise.allSettled([1, 2, 3, 101, 102].map((input) => batch.submit(input)));
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect(flushed).toEqual([[1, 2, 3, 101, 102], [1, 2, 3], [101, 102], [1], [2], [3]]);
});

test('while the database is not to be had nobody is tried alone', async () => {
  let flushes = 0;
  const batch = new MicroBatch<number, number>(
    async () => {
      flushes += 1;
      throw unavailable('The database is too busy.');
    },
    { partyOf },
  );
  const outcomes = await Promise.allSettled([1, 2, 101].map((input) => batch.submit(input)));
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(flushes).toBe(1);
});

test('a flush takes of each party in turn', async () => {
  const { batch, departed } = batchByHand({ costMax: 16, flightsMax: 2 });
  const all = Array.from({ length: 40 }, (_, at) => batch.submit(at));
  all.push(...[101, 102, 201].map((input) => batch.submit(input)));
  const first = await departed(1);
  expect(first.inputs).toHaveLength(16);
  expect(first.inputs).toEqual(expect.arrayContaining([101, 102, 201]));
  for (let at = 1; at <= 3; at++) (await departed(at)).land();
  await Promise.all(all);
});

test('an account whose workspaces’ flights hang leaves the last flight to others', async () => {
  for (const workspace of ['11', '12', '13']) isOwnedBy(workspace, 'account of three');
  const { batch, flushes, departed } = batchByHand({ costMax: 1, flightsMax: 3 });
  const hung = [1_101, 1_201, 1_301].map((input) => batch.submit(input));
  await departed(2);
  const quiet = batch.submit(101);
  (await departed(3)).land();
  expect(await quiet).toBe(1_010);
  expect(flushes.map((flush) => flush.inputs)).toEqual([[1_101], [1_201], [101]]);
  for (const at of [1, 2, 4]) (await departed(at)).land();
  expect(await Promise.all(hung)).toEqual([11_010, 12_010, 13_010]);
});
