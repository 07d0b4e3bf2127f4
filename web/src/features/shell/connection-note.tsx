'use client';

import { CloudOff } from 'lucide-react';
import { useConnection } from '@/lib/connection';

/** Says that what is on the screen is not live at the moment, that a page is waited for, or that nothing is scheduled. */
export function ConnectionNote() {
  const { status, waiting, scheduling } = useConnection();
  const says =
    waiting > 0
      ? 'The server cannot be reached. The page opens as soon as it is back.'
      : status === 'lost'
        ? 'Connection lost. Reconnecting…'
        : scheduling
          ? null
          : 'The scheduler is away. Until it is back, schedules make no runs and late runs are not noticed.';
  if (says === null) return null;
  return (
    <div
      role="status"
      className="appear fixed bottom-4 left-1/2 z-40 flex w-max max-w-[calc(100vw-2rem)] -translate-x-1/2 items-center gap-2 rounded-2xl border border-pause/40 bg-raised px-3.5 py-1.5 text-xs font-medium text-pause shadow-high"
    >
      <CloudOff className="size-4 shrink-0" aria-hidden />
      {says}
    </div>
  );
}
