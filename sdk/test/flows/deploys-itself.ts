import { flow } from '@headgate/sdk';

export const selfish = flow(() => 'me', { name: 'selfish' });

const { entrypoint } = await selfish.deploy({ name: 'own', workPool: 'local' });
console.log(entrypoint);
