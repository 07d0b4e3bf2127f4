// A Redis of its own, to be killed: hold-valkey.mjs PORT LOG PASSWORD
import { startValkey } from '@headgate/all-in-one';

await startValkey({ port: Number(process.argv[2]), log: process.argv[3], password: process.argv[4] });
console.log('up');
setInterval(() => undefined, 60_000);
