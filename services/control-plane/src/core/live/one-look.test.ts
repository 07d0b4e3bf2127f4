import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OneLook } from './one-look.js';

function slowly() {
  const ends: ((error?: Error) => void)[] = [];
  const look = () =>
    new Promise<number>((resolve, reject) => {
      const number = ends.length + 1;
      ends.push((error) => (error ? reject(error) : resolve(number)));
    });
  return { ends, look };
}

test('those who ask while somebody looks are told what is looked for after that, once for all of them', async () => {
  const { ends, look } = slowly();
  const looks = new OneLook<number>();
  const first = looks.ask('it', look);
  await nextTurn();
  const later = [1, 2, 3].map(() => looks.ask('it', look));
  await nextTurn();
  expect(ends).toHaveLength(1);
  ends[0]!();
  expect(await first).toBe(1);
  await nextTurn();
  expect(ends).toHaveLength(2);
  ends[1]!();
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
});

test('a look that fails is one for those who asked for it; others are not kept waiting by it', async () => {
  const { ends, look } = slowly();
  const looks = new OneLook<number>();
  const first = looks.ask('it', look);
  const elsewhere = looks.ask('something else', look);
  await nextTurn();
  const next = looks.ask('it', look);
  ends[0]!(new Error('nobody answers'));
  ends[1]!();
  await expect(first).rejects.toThrow('nobody answers');
  expect(await elsewhere).toBe(2);
  await nextTurn();
  ends[2]!();
  expect(await next).toBe(3);
});
