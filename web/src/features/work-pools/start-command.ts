import { quoted } from '@headgate/contracts';

/** What starts somebody who works for a pool: our agent runs processes, Prefect's workers everything else. */
export const startCommand = ({ name, type }: { name: string; type: string }): string =>
  type === 'process' ? `agent start --pool ${quoted(name)}` : `prefect worker start --pool ${quoted(name)}`;

/** As a shell reads it. */
