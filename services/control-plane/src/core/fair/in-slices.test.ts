import { expect, test } from 'vitest';
import { inSlices, oneByOne } from './in-slices.js';

/** How many pieces were worked on in each turn of the event loop, until all is done. */
async function piecesByTurn(work: (piece: () => void) => Promise<unknown>): Promise<number[]> {
  const turns: number[] = [];
  let [pieces, isDone] = [0, false];
  const look = () => {
    turns.push(pieces);
    pieces = 0;
    if (!isDone) setImmediate(look);
  };
  const done = work(() => void pieces++).then(() => (isDone = true));
  // What begins is worked on at once, as it is when a request has come.
  pieces = 0;
  setImmediate(look);
  await done;
  return turns;
}

test('however many have long work to do, a turn of the event loop has a piece of one of them', async () => {
  const many = 50;
  const items = Array.from({ length: 10 }, (_, at) => at);
  const turns = await piecesByTurn((piece) =>
    Promise.all(Array.from({ length: many }, () => inSlices(items, 1, piece))),
  );
  expect(turns.reduce((sum, pieces) => sum + pieces, 0)).toBeGreaterThan(many * 8);
  expect(Math.max(...turns)).toBeLessThanOrEqual(2);
});

test('all get their answers in order, whatever the others do', async () => {
  const lists = Array.from({ length: 20 }, (_, list) => Array.from({ length: list * 3 }, (_, at) => list * 100 + at));
  const doubled = await Promise.all(
    lists.map((list) =>
      list.length % 2 ? inSlices(list, 2, (slice) => slice.map((n) => 2 * n)) : oneByOne(list, (n) => 2 * n),
    ),
  );
  expect(doubled.map((answer) => answer.flat())).toEqual(lists.map((list) => list.map((n) => 2 * n)));
});

test('one that fails keeps nobody waiting', async () => {
  const failing = inSlices([1, 2, 3], 1, ([n]) => {
    if (n === 2) throw new Error('two');
  });
  const other = inSlices([1, 2, 3], 1, ([n]) => n);
  await expect(failing).rejects.toThrow('two');
  expect(await other).toEqual([1, 2, 3]);
});
