import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allowance, Budget, type Allowance } from './budget.js';
import type { Job } from './job.js';
import { placeOfThisThread, processorTimeAt } from './processor-time.js';
import { onDocumentThread } from './thread.js';
import { refusalOf, Watch } from './watch.js';

const budgetOf = (some: Partial<Allowance>) => new Budget('them', { ...allowance, ...some });
const endless: Job = {
  kind: 'misfits',
  schemaJson: JSON.stringify({ properties: { a: { pattern: '^(?=(a+)+$)' } } }),
  valuesJson: JSON.stringify([{ a: `${'a'.repeat(60)}!` }]),
  preparation: {},
};

test('a thread that waits for its processor spends nothing of it; one that works does', async () => {
  const processorTime = processorTimeAt(placeOfThisThread());
  const before = processorTime();
  await sleep(500);
  const waited = processorTime() - before;
  const until = processorTime() + 600;
  while (processorTime() < until) JSON.stringify(allowance);
  expect(processorTime() - before).toBeGreaterThan(waited);
  expect(waited).toBeLessThan(500);
});

test('what the machine keeps waiting is told to come again, and not that it is too large', async () => {
  const budget = budgetOf({ patienceMs: 100 });
  const watch = new Watch(() => 0, 'The schema', budget);
  if (!watch.signal.aborted) await once(watch.signal, 'abort');
  watch.end();
  expect(watch.signal.reason).toMatchObject({ kind: 'unavailable', extras: { retryAfterSeconds: 2 } });
  expect(budget.isFresh).toBe(true);
  expect(refusalOf(budget, 'The schema')).toMatchObject({ kind: 'unavailable' });
});

test('what spends its time of the processor is refused in words, however much patience there is', async () => {
  const budget = budgetOf({ threadMs: 100, patienceMs: 1e9 });
  const refused = { kind: 'invalid', message: expect.stringContaining('takes too long to check') };
  await expect(onDocumentThread(endless, 'The schema', budget)).rejects.toMatchObject(refused);
  expect(budget.isFresh).toBe(false);
});

test('a thread of which nobody knows when it had the processor is ended after a while, without blame', async () => {
  const budget = budgetOf({ threadMs: 1e9, patienceMs: 300 });
  const later = { kind: 'unavailable', message: expect.stringContaining('the server is busy') };
  await expect(onDocumentThread(endless, 'The schema', budget)).rejects.toMatchObject(later);
  await expect(onDocumentThread(endless, 'The schema', budget)).rejects.toMatchObject(later);
  // And the next one has a thread again.
  const short: Job = { kind: 'check-template', template: '{{ 1 }}' };
  await onDocumentThread(short, 'A template', new Budget('us'));
});
