import { expect, test } from 'vitest';
import { Company } from './company.js';
import { Gate, type GateLimits } from './gate.js';
import { isOwnedBy } from './owners.js';
import { TokenBucket } from './token-bucket.js';

const limits: GateLimits = {
  places: 6,
  alone: 4,
  together: 2,
  waitingMax: 3,
  waitingBytesMax: 1_000,
  waitMsMax: 15_000,
};

function gateOf(more: Partial<GateLimits> = {}) {
  const gate = new Gate(new Company(), { ...limits, ...more });
  const entered: string[] = [];
  const enter = (party: string, bytes = 0) => {
    const turn = gate.enter(party, bytes);
    if (!turn) entered.push(party);
    const entering = turn?.then(() => void entered.push(party)) ?? Promise.resolve();
    // Who waits when a test is over is refused later, and nobody hears of it.
    entering.catch(() => undefined);
    return entering;
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { gate, entered, enter, settled };
}

test('who is alone may have more at work than who is not, and never all places', async () => {
  const { gate, entered, enter, settled } = gateOf();
  for (let times = 0; times < 5; times++) void enter('noisy');
  expect(entered).toHaveLength(4);
  void enter('quiet');
  expect(entered.at(-1)).toBe('quiet');
  // Now it shares: it gets the next place when it is down to its share.
  for (let times = 0; times < 2; times++) gate.leave('noisy');
  await settled();
  expect(entered).toHaveLength(5);
  gate.leave('noisy');
  await settled();
  expect(entered.at(-1)).toBe('noisy');
});

test('those who wait take turns, however many of one there are', async () => {
  const { gate, entered, enter, settled } = gateOf({ places: 1, alone: 1, together: 1, waitingMax: 100 });
  void enter('noisy');
  for (let times = 0; times < 50; times++) void enter('noisy');
  void enter('quiet');
  void enter('calm');
  for (let times = 0; times < 3; times++) {
    gate.leave(entered.at(-1)!);
    await settled();
  }
  expect(entered).toHaveLength(4);
  expect(entered).toEqual(expect.arrayContaining(['quiet', 'calm']));
});

test('of one party no more than so many wait, and so many bytes; the others may', async () => {
  const { enter } = gateOf({ places: 1, alone: 1, together: 1 });
  void enter('noisy');
  for (let times = 0; times < 3; times++) void enter('noisy');
  await expect(enter('noisy')).rejects.toMatchObject({
    kind: 'tooMany',
    message: 'Too many requests of workspace noisy are waiting. Please try again later.',
    extras: { retryAfterSeconds: 2 },
  });
  void enter('large', 900);
  await expect(enter('large', 200)).rejects.toMatchObject({ kind: 'tooMany' });
  void enter('quiet');
});

test('who leaves gives its place to who waits, until nobody is left', async () => {
  const { gate, entered, enter, settled } = gateOf({ waitingMax: 1_000 });
  const parties = ['a', 'b', 'c', 'd'];
  for (let times = 0; times < 400; times++) void enter(parties[times % 4]!);
  for (let left = 0; left < 400; left++) {
    gate.leave(entered[left]!);
    await settled();
  }
  expect(entered).toHaveLength(400);
  void enter('a');
  expect(entered).toHaveLength(401);
});

test('who has more to do while others are about rests for as long as its turn took; its place is there for others', async () => {
  const { gate, entered, enter, settled } = gateOf({ places: 1, alone: 1, together: 1, rests: true });
  void enter('noisy');
  void enter('noisy');
  void enter('quiet');
  const left = performance.now();
  gate.leave('noisy', 60);
  await settled();
  expect(entered).toEqual(['noisy', 'quiet']);
  gate.leave('quiet', 60);
  while (entered.length < 3) await settled();
  expect(performance.now() - left).toBeGreaterThan(55);
});

test('who is refused is told different times, so that not all come again at once', () => {
  const bucket = new TokenBucket(10, 0);
  bucket.spend(20, 0);
  const told = Array.from({ length: 40 }, () => Math.ceil(bucket.spend(1, 0)));
  expect(new Set(told)).toEqual(new Set([1, 2, 3, 4]));
  expect(Array.from({ length: 10_000 }, () => bucket.spend(1, 0)).at(-1)).toBe(30);
});

test('a bucket gives what has been saved, then no more than its rate', () => {
  const bucket = new TokenBucket(100, 0);
  expect(bucket.spend(150, 0)).toBe(0);
  // One that is not empty gives more than it has: a large request is no worse than many small ones.
  expect(bucket.spend(150, 0)).toBe(0);
  expect(bucket.spend(1, 0)).toBeGreaterThan(1);
  expect(bucket.spend(1, 1_100)).toBe(0);
  let given = 0;
  for (let now = 2_000; now < 12_000; now += 10) if (bucket.spend(10, now) === 0) given += 10;
  expect(given).toBeGreaterThan(980);
  expect(given).toBeLessThan(1_300);
});

test('strangers make room as soon as somebody who is known is about, and rest for a while at least', async () => {
  const company = new Company();
  const strangers = new Gate(company.ofStrangers, { ...limits, rests: true, restMsMin: 40, waitingMax: Infinity });
  for (let times = 0; times < 4; times++) expect(strangers.enter('10.0.0.1')).toBeUndefined();
  expect(company.isAlone('somebody', performance.now())).toBe(true);
  company.see('somebody', performance.now());
  expect(strangers.enter('10.0.0.2')).toBeUndefined();
  let entered = 0;
  const refused = () => undefined;
  for (let times = 0; times < 3; times++) void strangers.enter('10.0.0.1')!.then(() => entered++, refused);
  const left = performance.now();
  for (let times = 0; times < 4; times++) strangers.leave('10.0.0.1', 0.1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(entered).toBe(0);
  while (entered < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(performance.now() - left).toBeGreaterThan(38);
  expect(strangers.waitsFor('10.0.0.1')).toBe(1);
});

/** So many workspaces of one account. */
const workspacesOf = (account: string, count: number) =>
  Array.from({ length: count }, (_, at) => {
    isOwnedBy(`${account}-${at}`, account);
    return `${account}-${at}`;
  });

test('all workspaces of an account have the places of one: never all, and its share while others are about', async () => {
  const { gate, entered, enter, settled } = gateOf({ waitingMax: 100 });
  const many = workspacesOf('places', 50);
  for (const workspace of many) void enter(workspace);
  expect(entered).toEqual(many.slice(0, 4));
  void enter('quiet');
  expect(entered.at(-1)).toBe('quiet');
  for (const workspace of many.slice(0, 3)) gate.leave(workspace);
  await settled();
  // One of the four is still at work: beside a neighbour there is one place more for them.
  expect(entered.slice(5)).toEqual([many[4]]);
  void enter('quiet');
  expect(entered.at(-1)).toBe('quiet');
});

test('an account whose other workspaces wait rests, too, and its workspaces take turns', async () => {
  const { gate, entered, enter, settled } = gateOf({ places: 2, alone: 1, together: 1, rests: true });
  const [one, two, three] = workspacesOf('rests', 3);
  for (const workspace of [one!, two!, two!, three!, 'quiet', 'quiet']) void enter(workspace);
  expect(entered).toEqual([one, 'quiet']);
  const left = performance.now();
  gate.leave(one!, 60);
  await settled();
  expect(entered).toEqual([one, 'quiet']);
  while (entered.length < 3) await settled();
  expect(performance.now() - left).toBeGreaterThan(55);
  gate.leave(two!, 1);
  while (entered.length < 4) await settled();
  expect(entered.slice(2)).toEqual([two, three]);
});

test('who waits too long for places that others have is not told that it asks too much', async () => {
  const { enter } = gateOf({ places: 2, alone: 1, together: 1, waitMsMax: 1 });
  const [one, two] = workspacesOf('slow', 2);
  for (const party of [one!, 'busy']) void enter(party);
  const [neighbour, busy, sibling] = await Promise.allSettled(['neighbour', 'busy', two!].map((party) => enter(party)));
  expect([neighbour, busy, sibling]).toMatchObject([
    { reason: { kind: 'unavailable', message: 'The server is too busy with others. Please try again later.' } },
    { reason: { kind: 'tooMany', message: expect.stringContaining('Too many requests of workspace busy') } },
    { reason: { kind: 'tooMany', message: expect.stringContaining('Too many requests of account slow') } },
  ]);
});

test('of all workspaces of an account no more wait than of four', async () => {
  const { enter } = gateOf({ places: 2, alone: 1, together: 1 });
  const outcomes = workspacesOf('crowd', 14).map((workspace) => enter(workspace));
  await expect(outcomes.at(-1)).rejects.toMatchObject({
    kind: 'tooMany',
    message: 'Too many requests of account crowd are waiting. Please try again later.',
  });
  void enter('quiet');
});
