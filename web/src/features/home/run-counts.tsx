'use client';

import { useCallback, useEffect, useMemo, useState } from 'react';
import Link from 'next/link';
import { useQuery } from 'urql';
import { RunCountsDocument } from '@/generated/graphql';
import { untilNow } from '@/features/runs/run-filter';
import { StateIcon } from '@/ui/state-badge';
import { stateLook } from '@/ui/state-look';
import { useHere } from '@/lib/session/here';
import { useChoiceInAddress } from '@/lib/address-query';
import { useDebounced } from '@/lib/debounced';
import { useEvery } from '@/lib/every';
import { plural } from '@/lib/format';
import { paths } from '@/lib/paths';
import { serverNow } from '@/lib/server-clock';
import { Segmented } from '@/ui/segmented';
import { Skeleton } from '@/ui/skeleton';
import { countGroups, groups } from './count-groups';

const spans = [
  { value: '1h', label: '1 h', hours: 1 },
  { value: '24h', label: '24 h', hours: 24 },
  { value: '7d', label: '7 d', hours: 168 },
  { value: '30d', label: '30 d', hours: 720 },
];
const spanNames = spans.map(({ value }) => value);

/** How many runs stand where, within a span of time up to now. `moves` changes when a run moves; then it counts again. */
export function RunCounts({ moves }: { moves: unknown }) {
  const { workspaceId } = useHere();
  const [span, setSpan] = useChoiceInAddress('span', spanNames, '24h');
  const { hours } = spans.find((one) => one.value === span)!;
  const settled = useDebounced(moves, 700);
  const minute = useMinutes(span === '1h');
  const range = useMemo(() => rangeUntilNow(hours), [hours, settled, minute]);
  const [{ data, error }] = useQuery({
    query: RunCountsDocument,
    variables: { workspaceId, ...range },
    requestPolicy: 'network-only',
  });
  const [counts, setCounts] = useState(data);
  useEffect(() => setCounts((last) => data ?? last), [data]);
  const summed = counts && countGroups(counts.flowRunCounts);
  return (
    <section aria-label="Runs by state" className="mb-5">
      <div className="mb-2.5 flex items-center justify-between">
        <p className="text-sm text-muted">
          {error ? (
            'The counts could not be loaded.'
          ) : summed ? (
            <>
              {plural(summed.total, 'run')}
              <Upcoming count={countGroups(counts.upcoming).total} />
            </>
          ) : (
            <Skeleton className="w-20" />
          )}
        </p>
        <Segmented label="Span of time" value={span} onChange={setSpan} options={spans} />
      </div>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
        {groups.map((group, index) => (
          <Tile key={group.label} group={group} count={summed?.each[index]} total={summed?.total ?? 0} range={span} />
        ))}
      </div>
    </section>
  );
}

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Further than schedules make runs. */
const aheadMs = 366 * 24 * hourMs;

/** The span up to now, as the page of runs understands it. */
const rangeUntilNow = (hours: number, now = serverNow()) => ({
  since: new Date(now - hours * hourMs).toISOString(),
  until: untilNow(now),
  ahead: new Date(now + aheadMs).toISOString(),
});

/** What is yet to come is in none of the tiles: they count what a span has seen. */
function Upcoming({ count }: { count: number }) {
  const { place } = useHere();
  if (count === 0) return null;
  return (
    <>
      , and{' '}
      <Link href={paths.runs(place, { range: 'upcoming' })} prefetch={false} className="text-accent underline">
        {count.toLocaleString('en')} to come
      </Link>
    </>
  );
}

/** Grows every minute, while that is wanted: runs leave a short span without a word. */
function useMinutes(wanted: boolean): number {
  const [minutes, setMinutes] = useState(0);
  const grow = useCallback(() => setMinutes((count) => count + 1), []);
  useEvery(minuteMs, grow, !wanted);
  return minutes;
}

type TileProps = { group: (typeof groups)[number]; count: number | undefined; total: number; range: string };

function Tile({ group, count, total, range }: TileProps) {
  const { place } = useHere();
  const lead = group.states[0]!;
  const share = total > 0 && count ? (count / total) * 100 : 0;
  return (
    <Link
      href={paths.runs(place, { state: group.states, range })}
      prefetch={false}
      className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface px-4 pt-3 shadow-low transition-colors hover:border-line-strong"
    >
      <span className="flex items-center gap-2 text-xs text-muted">
        <StateIcon type={lead} className="size-3.5" />
        {group.label}
      </span>
      <span className="mt-1 mb-3 block h-8 text-2xl font-semibold tracking-tight tabular-nums">
        {count === undefined ? <Skeleton className="mt-2 h-6 w-14" /> : count.toLocaleString('en')}
      </span>
      <span className="-mx-4 mt-auto block h-1 bg-sunken" aria-hidden="true">
        <span className="block h-full" style={{ width: `${share}%`, background: stateLook(lead).color }} />
      </span>
    </Link>
  );
}
