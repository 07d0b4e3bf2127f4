import { flow, getRunLogger } from '@headgate/sdk';

await flow(
  () => {
    getRunLogger().info('last');
    process.exit(3);
  },
  { name: 'leaver' },
)();
