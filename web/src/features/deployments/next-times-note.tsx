import { useEffect, useState } from 'react';
import { useDebounced } from '@/lib/debounced';
import { serverNow } from '@/lib/server-clock';
import type { Fires } from './next-times';

/** When what stands in the form would fire next: what an expression means shows by its times. `anchor`: of an interval. */
export function NextTimesNote({ values, anchor }: { values: Fires; anchor: string | null }) {
  const { kind, timezone } = values;
  const settled = useDebounced(JSON.stringify([kind, values[kind], timezone]));
  const [times, setTimes] = useState<string[]>([]);
  useEffect(() => {
    let wanted = true;
    // Reckoning needs libraries that no other page needs.
    void import('./next-times').then(({ nextTimes }) => {
      if (wanted) setTimes(nextTimes(values, anchor, serverNow()));
    });
    return () => void (wanted = false);
    // What stood still is reckoned.
  }, [settled, anchor]);
  if (times.length === 0) return null;
  const zone = timezone.trim() || 'UTC';
  return (
    <div className="text-xs text-muted">
      <p>Next times ({zone}):</p>
      <ul aria-label="Next times" className="tabular-nums">
        {times.map((iso) => (
          <li key={iso}>{inZone(iso, zone)}</li>
        ))}
      </ul>
    </div>
  );
}

/** As the schedule counts. A zone that this browser does not know is shown in the reader's own, and named so. */
function inZone(iso: string, timeZone: string): string {
  const style = { dateStyle: 'full', timeStyle: 'medium' } as const;
  try {
    return new Date(iso).toLocaleString('en-GB', { ...style, timeZone });
  } catch {
    return `${new Date(iso).toLocaleString('en-GB', style)} (your time)`;
  }
}
