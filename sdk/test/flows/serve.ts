import { counter } from './counter.js';

await counter.serve({ name: 'served', pollSeconds: 0.2 });
