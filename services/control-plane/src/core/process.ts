import type { INestApplicationContext } from '@nestjs/common';

/** Runs an entry point: a mistake in the settings is said in plain words, anything else with its trace; both end the process. */
export async function runProcess(name: 'api' | 'loops', start: () => Promise<void>): Promise<void> {
  process.env['HEADGATE_PROCESS'] = name;
  try {
    await start();
  } catch (error) {
    const said =
      error instanceof Error && error.message.startsWith('The settings are not usable') ? error.message : error;
    console.error(said);
    process.exit(1);
  }
}

/** Under the supervisor a process ends, in good order, when its parent does, in whatever way. */
export function endWithParent(supervised: boolean, app: INestApplicationContext): void {
  if (!supervised) return;
  const end = () => {
    setTimeout(() => process.exit(1), 10_000).unref();
    void app.close().finally(() => process.exit(0));
  };
  // The parent may have died while this process started.
  if (process.connected) process.on('disconnect', end);
  else end();
}
