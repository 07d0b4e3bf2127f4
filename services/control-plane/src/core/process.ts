import type { INestApplicationContext } from '@nestjs/common';
import { letGarbageDieYoung } from './young-garbage.js';

/** Less than a supervisor waits before it kills. */
const endMsMax = 14_000;

/** Runs an entry point: a mistake in the settings is said in plain words, anything else with its trace; both end the process. */
export async function runProcess(name: 'api' | 'loops', start: () => Promise<void>): Promise<void> {
  process.env['HEADGATE_PROCESS'] = name;
  letGarbageDieYoung();
  try {
    await start();
  } catch (error) {
    const said =
      error instanceof Error && error.message.startsWith('The settings are not usable') ? error.message : error;
    console.error(said);
    process.exit(1);
  }
}

/**
 * Ends the process in good order when it is asked to, and, under the supervisor, when its parent has ended in whatever
 * way. `first` is done before anything else is told that the end has come.
 */
export function endInOrder(app: INestApplicationContext, supervised: boolean, first?: () => void): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    first?.();
    setTimeout(() => process.exit(1), endMsMax).unref();
    void app.close().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  if (!supervised) return;
  // The parent may have died while this process started.
  if (process.connected) process.on('disconnect', end);
  else end();
}
