import { expect, test } from 'vitest';
import type { Config } from '../../../core/config/config.js';
import { Passwords, type HashTurn } from './passwords.js';

const passwords = () => new Passwords({ access: { passwordMemoryMb: 8 } } as Config);
const at = (kind: HashTurn['at'], party: string): HashTurn => ({ at: kind, party });

/** How many of `many` are done when `one` is. */
async function doneBefore(one: Promise<unknown>, many: Promise<unknown>[]): Promise<number> {
  let done = 0;
  for (const each of many) void each.then(() => (done += 1));
  await one;
  const seen = done;
  await Promise.all(many);
  return seen;
}

test('who signs in from elsewhere waits for a few of those who flood, not for all', async () => {
  const hashes = passwords();
  const flood = Array.from({ length: 40 }, () => hashes.matches(null, 'a guess', at('signIn', '192.0.2.1')));
  expect(await doneBefore(hashes.matches(null, 'mine', at('signIn', '192.0.2.2')), flood)).toBeLessThan(6);
});

test('however many sign up from many addresses, who signs in waits for none of them', async () => {
  const hashes = passwords();
  const flood = Array.from({ length: 40 }, (_, n) => hashes.hash('a new password', at('signUp', `192.0.2.${n}`)));
  expect(await doneBefore(hashes.matches(null, 'mine', at('signIn', '192.0.2.99')), flood)).toBeLessThan(6);
});

test('of one party so many wait, and more are refused', async () => {
  const hashes = passwords();
  const all = Array.from({ length: 80 }, () => hashes.matches(null, 'a guess', at('signIn', '192.0.2.1')));
  const refused = (await Promise.allSettled(all)).filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(10);
  expect(refused[0]).toMatchObject({ reason: { kind: 'tooMany', message: 'Too many people sign in right now.' } });
});

test('a try is taken when its turn has come, and is none when the password could not be checked', async () => {
  const hashes = passwords();
  const taken: string[] = [];
  const turn = {
    at: 'signIn' as const,
    party: 'one address',
    before: async () => void taken.push('taken'),
    unable: async () => void taken.push('given back'),
  };
  await expect(hashes.matches('no hash at all', 'any', turn)).rejects.toThrow();
  expect(taken).toEqual(['taken', 'given back']);
  // Sixty at once are more than may wait: those who are turned away have taken nothing.
  const right = await hashes.hash('right', at('signUp', 'one address'));
  taken.length = 0;
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => hashes.matches(right, 'right', turn)));
  expect(taken).toHaveLength(outcomes.filter(({ status }) => status === 'fulfilled').length);
});
