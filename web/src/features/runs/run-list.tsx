'use client';

import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { cn } from '@/ui/cn';
import { ErrorState } from '@/ui/empty-state';
import { SkeletonRows } from '@/ui/skeleton';
import { RunRow, runRowHeight } from './run-row';
import type { useRunList } from './use-run-list';

type Props = { list: ReturnType<typeof useRunList>; empty: ReactNode; skeletons?: number };

/** Runs in rows. Only those in sight are drawn, and the next page is loaded when the end comes near. */
export function RunList({ list, empty, skeletons = 10 }: Props) {
  if (list.error && !list.runs?.length) return <ErrorState message={list.error} onRetry={list.reload} />;
  if (!list.runs) return <SkeletonRows rows={skeletons} className="h-[57px]" />;
  if (list.runs.length === 0)
    return list.status === 'loading' ? <SkeletonRows rows={skeletons} className="h-[57px]" /> : empty;
  return <Rows list={list} runs={list.runs} />;
}

const scroller = () => document.getElementById('content');

function Rows({ list, runs }: { list: Props['list']; runs: NonNullable<Props['list']['runs']> }) {
  const top = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const box = top.current!.getBoundingClientRect();
    const frame = scroller()!;
    setScrollMargin(box.top - frame.getBoundingClientRect().top + frame.scrollTop);
  }, []);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: scroller,
    estimateSize: () => runRowHeight,
    getItemKey: (index) => runs[index]!.id,
    overscan: 12,
    scrollMargin,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { loadMore } = list;
  useEffect(() => {
    if (last >= runs.length - 10) loadMore();
  }, [last, runs.length, loadMore]);
  return (
    <>
      <div
        ref={top}
        role="list"
        aria-busy={list.status === 'loading'}
        className={cn('relative overflow-hidden', list.status === 'loading' && 'opacity-60')}
        style={{ height: rows.getTotalSize() }}
      >
        {items.map((item) => (
          <div
            key={item.key}
            role="listitem"
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start - scrollMargin}px)` }}
          >
            <RunRow run={runs[item.index]!} />
          </div>
        ))}
      </div>
      {list.hasMore && <SkeletonRows rows={2} className="h-[57px]" />}
    </>
  );
}
