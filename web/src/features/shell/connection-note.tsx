'use client';

import { CloudOff } from 'lucide-react';
import { useConnection } from '@/lib/connection';

/** Says that what is on the screen is not live at the moment. */
export function ConnectionNote() {
  const { status } = useConnection();
  if (status !== 'lost') return null;
  return (
    <div
      role="status"
      className="appear fixed bottom-4 left-1/2 z-40 flex -translate-x-1/2 items-center gap-2 rounded-full border border-pause/40 bg-raised px-3.5 py-1.5 text-xs font-medium text-pause shadow-high"
    >
      <CloudOff className="size-4" aria-hidden />
      Connection lost. Reconnecting…
    </div>
  );
}
