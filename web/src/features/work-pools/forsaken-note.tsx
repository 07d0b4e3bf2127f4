'use client';

import type { ReactNode } from 'react';
import { Unplug } from 'lucide-react';
import { CodeBlock } from '@/ui/code-block';
import { nextCommand } from './start-command';
import type { Pool } from './use-pools';

/** Says that a run waits that belongs to no pool, as its deployment is served by nobody. */
export const UnservedNote = () => (
  <Note>
    This run waits: its deployment has no work pool, and no program serves it. Start the program that does, or deploy it
    to a work pool and start a run there.
  </Note>
);

/** Says that runs wait for somebody who is not there, and how to start one. */
export function ForsakenNote({
  pool,
  what = 'Runs wait',
}: {
  pool: Pick<Pool, 'name' | 'type' | 'isPaused'>;
  what?: string;
}) {
  return (
    <Note>
      <p className="mb-2">
        {what} in the work pool <b className="font-semibold">{pool.name}</b>,{' '}
        {pool.isPaused
          ? 'which is paused. Resume it:'
          : `and no ${pool.type === 'process' ? 'agent' : 'worker'} is connected to it. Start one where your code is to run:`}
      </p>
      <CodeBlock prompt code={nextCommand(pool)} label="Copy the command" className="max-w-xl" />
    </Note>
  );
}

const Note = ({ children }: { children: ReactNode }) => (
  <div role="status" className="mb-5 flex gap-3 rounded-lg border border-pause/40 bg-pause/8 px-4 py-3 text-sm">
    <Unplug className="mt-0.5 size-4 shrink-0 text-pause" aria-hidden />
    <div className="min-w-0 flex-1">{children}</div>
  </div>
);
