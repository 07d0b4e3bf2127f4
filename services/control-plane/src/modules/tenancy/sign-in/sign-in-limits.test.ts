import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../../core/config/config.js';
import { Live } from '../../../core/live/live.js';
import { createLogger } from '../../../core/log/logger.js';
import { delayAfter, networkOf, SignInLimits } from './sign-in-limits.js';

/** Redis is away here: what a process counts for itself follows the same rules. */
let live: Live;
let limits: SignInLimits;
beforeEach(() => {
  const config = { redis: { url: 'redis://127.0.0.1:1' }, access: { signInTries: 2 } } as Config;
  live = new Live(config, createLogger('silent', 'tool'));
  limits = new SignInLimits(live, config);
});
afterEach(() => live.onApplicationShutdown());

const ann = { email: 'ann@example.test', address: '192.0.2.1', browserId: null };
const refused = { kind: 'tooMany', extras: { retryAfterSeconds: 30 } };

test('while Redis is away, a process counts for itself; the free tries in parallel are no more than one by one', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => limits.take(ann)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  await expect(limits.take(ann)).rejects.toMatchObject(refused);
});

test('who fails at one address keeps nobody out at another, nor in a browser that knows them', async () => {
  await Promise.allSettled([limits.take(ann), limits.take(ann), limits.take(ann)]);
  await limits.take({ ...ann, address: '192.0.2.2' });
  await limits.take({ ...ann, browserId: 'known' });
  await limits.take({ ...ann, email: 'bob@example.test' });
  await expect(limits.take(ann)).rejects.toMatchObject({ kind: 'tooMany' });
});

test('strangers from everywhere are refused in the end, and the browser that knows its person is not', async () => {
  const from = (at: number) => limits.take({ ...ann, address: `198.51.${at >> 8}.${at & 255}` });
  const outcomes = await Promise.allSettled(Array.from({ length: 201 }, (_, at) => from(at)));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  await limits.take({ ...ann, address: '192.0.2.9', browserId: 'known' });
});

test('the right password forgets what failed before', async () => {
  await limits.take(ann);
  await limits.take(ann);
  await limits.giveBack(ann);
  await limits.take(ann);
  await limits.take(ann);
  await expect(limits.take(ann)).rejects.toMatchObject({ kind: 'tooMany' });
});

test('one address cannot try people one after the other without end', async () => {
  const tryOf = (at: number) => limits.take({ ...ann, email: `${at}@example.test` });
  const outcomes = await Promise.allSettled(Array.from({ length: 21 }, (_, at) => tryOf(at)));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('who used up the tries of a shared address keeps nobody out there whose browser knows them', async () => {
  await Promise.allSettled(Array.from({ length: 21 }, (_, at) => limits.take({ ...ann, email: `${at}@example.test` })));
  await expect(limits.take({ ...ann, email: 'bob@example.test' })).rejects.toMatchObject({ kind: 'tooMany' });
  await limits.take({ ...ann, browserId: 'known' });
  await limits.take({ ...ann, browserId: 'known' });
  // That browser has its own free tries, and no more.
  await expect(limits.take({ ...ann, browserId: 'known' })).rejects.toMatchObject(refused);
});

test('what is refused counts nowhere: the others of the address have all their tries, and the wait does not grow', async () => {
  await Promise.allSettled(Array.from({ length: 100 }, () => limits.take(ann)));
  await expect(limits.take(ann)).rejects.toMatchObject(refused);
  const others = Array.from({ length: 19 }, (_, at) => limits.take({ ...ann, email: `${at}@example.test` }));
  const outcomes = await Promise.allSettled(others);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

test('a try that could not be carried out is as if it had not been, and what failed before still counts', async () => {
  for (let times = 0; times < 50; times++) {
    await limits.look(ann);
    await limits.take(ann);
    await limits.untry(ann);
  }
  await limits.take(ann);
  await limits.take(ann);
  await limits.look({ ...ann, email: 'bob@example.test' });
  await expect(limits.look(ann)).rejects.toMatchObject(refused);
  await expect(limits.take(ann)).rejects.toMatchObject(refused);
});

test('each try beyond the free ones waits twice as long, a quarter of an hour at most', () => {
  expect([0, 1, 2, 4, 5, 60].map(delayAfter)).toEqual([30, 60, 120, 480, 900, 900]);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));
