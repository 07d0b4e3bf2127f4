import { until } from '@headgate/testkit';
import { expect, test } from 'vitest';
import { isOwnedBy } from '../fair/owners.js';
import { Budget } from './budget.js';
import type { Job } from './job.js';
import { onDocumentThread } from './thread.js';

/** Longer than any budget. */
const endless = (): Job => ({
  kind: 'misfits',
  schemaJson: JSON.stringify({ properties: { a: { pattern: '^(?=(a+)+$)' } } }),
  valuesJson: JSON.stringify([{ a: `${'a'.repeat(60)}!` }]),
  preparation: {},
});
const short: Job = { kind: 'check-template', template: '{{ 1 }}' };

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
}

const refused = (jobs: number) => async () => {
  const budget = new Budget('them');
  for (const { status } of await Promise.allSettled(
    Array.from({ length: jobs }, () => onDocumentThread(endless(), 'The schema', budget)),
  ))
    expect(status).toBe('rejected');
};

test('what a request has no time left for is refused without a try', async () => {
  await onDocumentThread(short, 'A template', new Budget('us'));
  const one = await millisecondsOf(refused(1));
  expect(await millisecondsOf(refused(100))).toBeLessThan(20 * one);
});

/** Always has something open, until it is told to stop. */
function floods(owner: string, ended: string[], isOver: () => boolean): Promise<void>[] {
  return Array.from({ length: 2 }, async () => {
    while (!isOver()) {
      await onDocumentThread(endless(), 'The schema', new Budget(owner)).catch(() => undefined);
      ended.push(owner);
    }
  });
}

test('the small documents of an account do not wait for the worst ones of another’s workspaces', async () => {
  for (const workspace of ['one', 'two']) isOwnedBy(workspace, 'an account');
  const ended: string[] = [];
  let isOver = false;
  const them = ['one', 'two'].flatMap((owner) => floods(owner, ended, () => isOver));
  await until('their first is refused', () => ended.length > 0);
  const before = ended.length;
  for (let jobs = 0; jobs < 10; jobs++) {
    expect(
      await onDocumentThread({ kind: 'fill-template', template: '{{ 1 + 1 }}' }, 'A template', new Budget('us')),
    ).toBe('2');
    ended.push('us');
  }
  // In the time of one or two of theirs, where each waited for one of them before.
  expect(ended.slice(before).filter((who) => who !== 'us').length).toBeLessThanOrEqual(3);
  isOver = true;
  await Promise.all(them);
});

test('who asked for something long is looked at where all that takes long is, and is answered there', async () => {
  const order: string[] = [];
  const asked = (owner: string, job: Job, name: string) =>
    onDocumentThread(job, 'It', new Budget(owner)).then(
      () => order.push(name),
      () => order.push(`${name} refused`),
    );
  const long = asked('slow ones', endless(), 'long');
  const behind = asked('slow ones', short, 'behind');
  const others = asked('others', short, 'others');
  await Promise.all([long, behind, others]);
  expect(order).toEqual(['others', 'long refused', 'behind']);
});

test('of those who take long the one goes first who has taken least lately', async () => {
  const order: string[] = [];
  const asked = (owner: string) =>
    onDocumentThread(endless(), 'The schema', new Budget(owner)).catch(() => order.push(owner));
  await asked('often');
  await Promise.all([...Array.from({ length: 3 }, () => asked('often')), asked('seldom')]);
  // One of the others was at work already.
  expect(order.indexOf('seldom')).toBeLessThanOrEqual(2);
});

test('what needs a little longer than a slice is not refused, and what was tried in vain costs nothing', async () => {
  // Some 50 to 500 ms of a processor.
  const job: Job = {
    kind: 'misfits',
    schemaJson: JSON.stringify({ properties: { a: { pattern: '^(?=(a+)+$)' } } }),
    valuesJson: JSON.stringify([{ a: `${'a'.repeat(22)}!` }]),
    preparation: {},
  };
  const budget = new Budget('a little longer');
  expect(await onDocumentThread(job, 'The schema', budget)).toEqual([expect.stringContaining('does not match')]);
  expect(budget.threadMs).toBeLessThan(1_000);
  expect(budget.threadMs).toBeGreaterThan(0);
});

test('one owner cannot have more than so many waiting, in however many workspaces', async () => {
  for (const workspace of ['left', 'right']) isOwnedBy(workspace, 'of both');
  const all = Array.from({ length: 1_200 }, (_, at) =>
    onDocumentThread(short, 'A template', new Budget(at % 2 ? 'left' : 'right')),
  );
  const answers = await Promise.allSettled([...all, onDocumentThread(short, 'A template', new Budget('of another'))]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1_001);
  const refused = answers.find((answer) => answer.status === 'rejected');
  expect(refused?.reason).toMatchObject({ kind: 'tooMany' });
});

test('owners take turns: whoever comes last waits for the turns of others, not for all that they ask', async () => {
  const ended: string[] = [];
  const them = Array.from({ length: 6 }, async () => {
    await onDocumentThread(endless(), 'The schema', new Budget('them')).catch(() => undefined);
    ended.push('them');
  });
  const us = onDocumentThread(short, 'A template', new Budget('us')).then(() => ended.push('us'));
  await Promise.all([...them, us]);
  // One was at work already, and one was first in the row.
  expect(ended.indexOf('us')).toBeLessThanOrEqual(2);
});
