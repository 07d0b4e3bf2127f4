import { expect, test } from 'vitest';
import { MicroBatch } from './micro-batch.js';

type Flush = { inputs: number[]; land: () => void };

/** A batch whose flushes the test ends by hand; each answers ten times what it got. */
function batchByHand() {
  const flushes: Flush[] = [];
  const batch = new MicroBatch<number, number>(
    (inputs) =>
      new Promise((resolve) => flushes.push({ inputs, land: () => resolve(inputs.map((input) => input * 10)) })),
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
  const batch = new MicroBatch<number, number>(async (inputs) => {
    if (inputs.includes(2)) throw new Error('poison');
    return inputs;
  });
  const outcomes = await Promise.allSettled([1, 2, 3].map((input) => batch.submit(input)));
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('who comes when too many wait is asked to come again', async () => {
  const batch = new MicroBatch<number, number>(async (inputs) => inputs, { sizeMax: 1, flightsMax: 1, waitingMax: 2 });
  const outcomes = await Promise.allSettled([1, 2, 3].map((input) => batch.submit(input)));
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(outcomes[2]).toMatchObject({ reason: { kind: 'tooMany' } });
});
