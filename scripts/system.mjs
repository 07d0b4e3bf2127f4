// Set-up and supervisor, for `npm start` and `npm run demo`.
import fs from 'node:fs';
import path from 'node:path';
import { fail, root, setup } from './setup.mjs';

/** Starts the system, calls `up`, and stays until a signal comes. `up` may answer a function that is called before the end. */
export async function runSystem(up) {
  await setup();
  const { startSystem, UserError } = await import('@headgate/all-in-one');
  let system;
  let log;
  const early = [];
  const onLine = (line) => {
    if (log) log.write(`${line}\n`);
    else early.push(line);
    if (isBad(line)) console.error(`  ${plain(line)}`);
  };
  try {
    system = await startSystem({ root, env: process.env, onLine, onProgress: (text) => console.log(`  ${text}`) });
  } catch (error) {
    if (error instanceof UserError) fail(error.message, error.remedy);
    throw error;
  }
  log = fs.createWriteStream(path.join(system.dataFolder, 'headgate.log'), { flags: 'a' });
  for (const line of early) log.write(`${line}\n`);
  let before;
  let ending = false;
  const end = async (signal) => {
    if (ending) return;
    ending = true;
    console.log(`\n${signal === 'SIGINT' ? 'Stopping' : `Stopping on ${signal}`} …`);
    await before?.();
    await system.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(signal));
  // Nothing else keeps this process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    before = await up(system);
  } catch (error) {
    clearInterval(alive);
    console.error(`\n${error.message}`);
    await system.stop();
    process.exit(1);
  }
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const isBad = (line) => (parsed(line)?.level ?? 50) >= 50;
const plain = (line) => {
  const entry = parsed(line);
  return entry ? `${entry.process ?? ''}: ${entry.msg}${entry.err ? ` (${entry.err.message})` : ''}` : line;
};
