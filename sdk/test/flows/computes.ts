import { setTimeout as sleep } from 'node:timers/promises';
import { flow } from '@headgate/sdk';

/** Hears nothing after its first second and a half. */
await flow(
  async () => {
    await sleep(1_500);
    while (Date.now() > 0);
  },
  { name: 'computes' },
)();
