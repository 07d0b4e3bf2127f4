// A whole installation, to be tormented by tests; settings come from the environment.
import path from 'node:path';
import { startSystem } from '@headgate/all-in-one';

const root = path.resolve(import.meta.dirname, '../..');
const quiet = () => undefined;
const system = await startSystem({ root, env: process.env, onLine: quiet, onProgress: quiet });
const tell = () => process.send({ url: system.url, pids: { ...system.pids } });

async function obey(word) {
  if (word === 'restart') await system.restart();
  if (word === 'stop') await system.stop();
  tell();
  if (word === 'stop') process.disconnect();
}
process.on('message', (word) => void obey(word));
tell();
