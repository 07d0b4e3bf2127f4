import { readFileSync } from 'node:fs';
import { schedule as scheduleBody } from '@headgate/contracts/rest/deployments';
import type { Schedule } from '@headgate/contracts/schedules/index';
import { expect, test, vi } from 'vitest';
import { Budget } from '../src/core/documents/budget.js';
import { AppError } from '../src/core/errors/app-error.js';
import { wrongSchema, wrongValues } from '../src/core/json-schema/check.js';
import { refuseVain } from '../src/modules/deployments/schedules/vain.js';
import { checkValues } from '../src/modules/parameters/check-values.js';
import { hydrate, HydrationError } from '../src/modules/parameters/hydrate.js';
import { worstHolders, worstSchedules, worstValues } from './worst-documents.js';

/** On a quiet machine it is a few; what is not handed over takes a second or more. */
const blockedMsMax = 250;
/** A second on the thread of documents, and what an overloaded machine makes of it. */
const totalMsMax = 60_000;
vi.setConfig({ testTimeout: 2 * totalMsMax });

/**
 * How long this thread has worked so far. The clock would count what other processes do on a busy machine; where there is
 * no such file it has to serve.
 */
function workedMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** What is answered, and for how long at most nothing else could happen meanwhile. */
async function watched(work: () => Promise<unknown>): Promise<{ answer: string; blockedMs: number }> {
  let [last, blockedMs] = [workedMs(), 0];
  const tick = () => {
    const now = workedMs();
    blockedMs = Math.max(blockedMs, now - last);
    last = now;
  };
  const timer = setInterval(tick, 1);
  try {
    const answer = String(await work().catch(refusal));
    await new Promise((resolve) => setImmediate(resolve));
    tick();
    return { answer, blockedMs };
  } finally {
    clearInterval(timer);
  }
}

function refusal(error: unknown): string {
  if (error instanceof HydrationError) return error.message;
  // A machine that gives its thread no time is no fault of the document.
  if (error instanceof AppError && ['invalid', 'unavailable'].includes(error.kind)) return error.message;
  throw error;
}

async function standsUp(name: string, work: () => Promise<unknown>): Promise<void> {
  const beganAt = performance.now();
  const { answer, blockedMs } = await watched(work);
  expect.soft(blockedMs, `${name}: others wait`).toBeLessThan(blockedMsMax);
  expect.soft(performance.now() - beganAt, `${name}: it takes`).toBeLessThan(totalMsMax);
  expect.soft(answer.length, `${name}: the answer is short`).toBeLessThan(25_000);
}

test.each(Object.entries(worstValues))(
  '%s: schema and values are checked while others go on',
  async (name, { schema, values }) => {
    await standsUp(name, () => wrongValues(schema, values, {}, new Budget('them')));
    await standsUp(`${name}, the schema alone`, () => wrongSchema(schema, new Budget('them')));
  },
);

test.each(Object.entries(worstHolders))('%s: values are resolved while others go on', async (name, values) => {
  await standsUp(name, () => hydrate(values, async () => undefined, new Budget('them')).then(() => 'resolved'));
});

test.each(Object.entries(worstHolders))('%s: a form is told of its values while others go on', async (name, values) => {
  const told = () => checkValues({ type: 'object' }, values, async () => undefined, new Budget('them'));
  await standsUp(name, () => told().then(({ valid }) => valid));
});

test.each(Object.entries(worstSchedules))('%s: it is read and followed while others go on', async (name, body) => {
  await standsUp(name, async () => {
    const read = scheduleBody.safeParse(body);
    if (!read.success) return 'not a schedule';
    await refuseVain([{ schedule: read.data as Schedule }], new Budget('them'));
    return 'followed';
  });
});
