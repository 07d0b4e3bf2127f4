import { quoted } from '@headgate/contracts';

/** What starts somebody who works for a pool: our agent runs processes, Prefect's workers everything else. */
export const startCommand = ({ name, type }: { name: string; type: string }): string =>
  type === 'process' ? `agent start --pool ${quoted(name)}` : `prefect worker start --pool ${quoted(name)}`;

/** What lets the runs of a pool begin that nobody takes: a paused one is resumed before anybody works for it. */
export const nextCommand = (pool: { name: string; type: string; isPaused: boolean }): string =>
  pool.isPaused ? `agent work-pool resume ${quoted(pool.name)}` : startCommand(pool);

/** As a shell reads it. */
