import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export type OtherProcess<T> = { said: T; child: ChildProcess; end(signal: NodeJS.Signals): Promise<void> };

/** Runs one of the programs beside this file until it says, in a line of JSON, that it is up. */
export async function otherProcess<T>(
  program: string,
  settings: Record<string, string>,
  ...args: string[]
): Promise<OtherProcess<T>> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...settings },
  });
  const gone = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await gone;
  };
  onTestFinished(() => (child.exitCode === null && child.signalCode === null ? end('SIGTERM') : undefined));
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    gone.then(() => Promise.reject(new Error(`${program} ended before it was up`))),
  ])) as [string];
  return { said: JSON.parse(line) as T, child, end };
}
