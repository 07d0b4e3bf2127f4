import { expect, test } from 'vitest';
import { inLanes } from './lanes.mjs';

/** Jobs that tell when they begin and end; each ends once it is let go. */
function jobsOf(...names) {
  const told = [];
  const ends = {};
  const jobs = names.map((name) => ({
    alone: name.startsWith('alone'),
    work: async () => {
      told.push(`${name} begins`);
      await new Promise((resolve) => (ends[name] = resolve));
      told.push(`${name} ends`);
    },
  }));
  const end = async (name) => {
    await expect.poll(() => ends[name]).toBeDefined();
    ends[name]();
    await expect.poll(() => told).toContain(`${name} ends`);
  };
  return { jobs, told, end };
}

test('two are done at a time, and the next begins when one of them has ended', async () => {
  const { jobs, told, end } = jobsOf('a', 'b', 'c');
  const done = inLanes(jobs, 2);
  expect(told).toEqual(['a begins', 'b begins']);
  await end('b');
  await end('c');
  await end('a');
  await done;
  expect(told).toEqual(['a begins', 'b begins', 'b ends', 'c begins', 'c ends', 'a ends']);
});

test('what is alone begins when nothing else is going on, wherever it stands', async () => {
  const { jobs, told, end } = jobsOf('alone 1', 'a', 'alone 2', 'b');
  const done = inLanes(jobs, 2);
  for (const name of ['a', 'b', 'alone 1', 'alone 2']) await end(name);
  await done;
  expect(told.slice(0, 4)).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
  expect(told.slice(4)).toEqual(['alone 1 begins', 'alone 1 ends', 'alone 2 begins', 'alone 2 ends']);
});
