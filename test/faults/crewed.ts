import { setTimeout as sleep } from 'node:timers/promises';
import { flow, task } from '@headgate/sdk';

/** A script of its own, at work in a task and in a flow inside of it. */
const work = task(() => sleep(600_000), { name: 'work' });
const inner = flow(() => sleep(600_000), { name: 'crewed-inner' });

await flow(
  async () => {
    console.log('working');
    await Promise.all([work(), inner()]);
  },
  { name: 'crewed-typescript' },
)();
