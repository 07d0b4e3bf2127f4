import { expect, test } from 'vitest';
import { turnsDuring } from '../../../test/turns-of-the-loop.js';
import type { Config } from '../config/config.js';
import { Turns } from '../fair/turns.js';
import { Intake, type Source } from './intake.js';

/** Sources of a party that have so much to say; each piece of theirs takes a third of a millisecond. */
function intakeWith(read: string[]) {
  const intake = new Intake(new Turns({ database: { poolSize: 10 } } as Config));
  const offer = (party: string, pieces: number) => {
    let left = pieces;
    const source: Source = {
      party,
      readSome: () => {
        for (const until = performance.now() + 0.3; performance.now() < until;);
        read.push(party);
        return --left > 0;
      },
    };
    intake.offer(source);
  };
  return offer;
}
const untilRead = async (read: string[], party: string, count: number) => {
  while (read.filter((each) => each === party).length < count) await new Promise((resolve) => setImmediate(resolve));
};

test('while a hundred sockets talk at once, others have the event loop after every few pieces', async () => {
  const read: string[] = [];
  const offer = intakeWith(read);
  const turns = await turnsDuring(async () => {
    for (let socket = 0; socket < 100; socket++) offer('noisy', 3);
    await untilRead(read, 'noisy', 300);
  });
  expect(read).toHaveLength(300);
  expect(turns).toBeGreaterThan(60);
});

test('who says something while another says a lot is heard next', async () => {
  const read: string[] = [];
  const offer = intakeWith(read);
  for (let socket = 0; socket < 100; socket++) offer('noisy', 3);
  await untilRead(read, 'noisy', 1);
  const before = read.length;
  offer('quiet', 1);
  await untilRead(read, 'quiet', 1);
  expect(read.indexOf('quiet') - before).toBeLessThan(8);
  await untilRead(read, 'noisy', 300);
});
