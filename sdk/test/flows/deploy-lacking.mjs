import { flow, z } from '@headgate/sdk';

/** Of a flow that needs a day, with a schedule that has none; its argument is what the deployment sets. */
export const daily = flow(({ day }) => day, { name: 'daily', parameters: z.object({ day: z.string() }) });

const parameters = JSON.parse(process.argv[2]);
await daily.deploy({ name: 'hourly', workPool: 'local', interval: 3600, parameters, entrypoint: 'd.mjs:daily' });
