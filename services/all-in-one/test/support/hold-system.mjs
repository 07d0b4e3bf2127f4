// A supervisor, to be killed by tests; settings come from the environment.
import path from 'node:path';
import { startSystem } from '@headgate/all-in-one';

const root = path.resolve(import.meta.dirname, '../../../..');
const quiet = () => undefined;
const system = await startSystem({ root, env: process.env, onLine: quiet, onProgress: quiet });
console.log(JSON.stringify({ url: system.url, pids: system.pids, pid: process.pid }));
process.on('SIGTERM', () => void system.stop().then(() => process.exit(0)));
