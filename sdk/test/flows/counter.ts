import { setTimeout as sleep } from 'node:timers/promises';
import { flow, getRunContext, getRunLogger, suspendFlowRun, task } from '@headgate/sdk';
import { z } from 'zod';

const tick = task(
  async (n: number) => {
    getRunLogger().info(`tick ${n}`);
    await sleep(n > 5 ? 100 : 1, undefined, { signal: getRunContext().signal });
    return n;
  },
  { name: 'tick' },
);

export const counter = flow(
  async ({ to }) => {
    try {
      for (let n = 1; n <= to; n++) await tick(n);
      return to;
    } finally {
      if (getRunContext().signal.aborted) process.stdout.write('cleaned up\n');
    }
  },
  { name: 'counter', parameters: z.object({ to: z.number().int().default(3) }) },
);

export const other = flow(() => 'other', { name: 'other' });

const nap = flow(() => 'nap', { name: 'nap' });

export const sleeper = flow(
  async () => {
    await tick(1);
    await nap();
    await suspendFlowRun({ key: 'once' });
    return 'awake';
  },
  { name: 'sleeper' },
);
