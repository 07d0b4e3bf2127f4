import { counter } from './counter.js';

await counter.deploy({ name: 'nowhere', workPool: 'no-such-pool' });
