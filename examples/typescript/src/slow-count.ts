import { setTimeout as sleep } from 'node:timers/promises';
import { flow, getRunContext } from '@headgate/sdk';
import { z } from 'zod';

/** Counts seconds, with a line in the log for each. Cancel it while it counts: it stops at once. */
export const slowCount = flow(
  async ({ seconds }) => {
    const { signal } = getRunContext();
    for (let second = 1; second <= seconds; second++) {
      await sleep(1000, undefined, { signal });
      console.log(`${second} of ${seconds}`);
    }
    return seconds;
  },
  {
    name: 'slow-count',
    description: 'Counts seconds until it is done or cancelled.',
    logPrints: true,
    onCancellation: () => console.error('The counting was cancelled.'),
    parameters: z.object({ seconds: z.number().int().min(0).max(3600).default(30) }),
  },
);
