import { expect, test } from 'vitest';
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
