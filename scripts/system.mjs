// Set-up and supervisor, for `npm start` and `npm run demo`.
import { fail, root, setup } from './setup.mjs';

/** Starts the system, calls `up(system, atEnd)`, and stays until a signal comes. What `atEnd` was given is called before the end. */
export async function runSystem(up) {
  await setup();
  const { startSystem, UserError } = await import('@headgate/all-in-one');
  let system;
  const onLine = (line) => {
    if (isBad(line)) console.error(`  ${plain(line)}`);
  };
  try {
    system = await startSystem({ root, env: process.env, onLine, onProgress: (text) => console.log(`  ${text}`) });
  } catch (error) {
    if (error instanceof UserError) fail(error.message, error.remedy);
    throw error;
  }
  const before = [];
  let ending = false;
  const end = async (code) => {
    if (ending) return;
    ending = true;
    for (const act of before) await act();
    await system.stop();
    process.exit(code);
  };
  const onSignal = (signal) => {
    console.log(`\n${signal === 'SIGINT' ? 'Stopping' : `Stopping on ${signal}`} …`);
    void end(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  // Nothing else keeps this process alive.
  setInterval(() => undefined, 60_000);
  try {
    await up(system, (act) => before.push(act));
  } catch (error) {
    // Ctrl-C ends the programs that `up` waits for, too.
    if (!ending) console.error(`\n${error.message}`);
    await end(1);
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
