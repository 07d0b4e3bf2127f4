'use client';

import { useCallback, useEffect, useLayoutEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import type { RunRowFragment } from '@/generated/graphql';
import { plural } from '@/lib/format';
import { useRoving } from '@/lib/use-roving';
import { buttonClass } from '@/ui/button';
import { cn } from '@/ui/cn';
import { ErrorState } from '@/ui/empty-state';
import { SkeletonRows } from '@/ui/skeleton';
import { RunRow, runRowHeight } from './run-row';
import type { RunListView } from './use-run-list';

type Props = { list: RunListView; empty: ReactNode; skeletons?: number };

const rowClass = 'h-[57px]';

/**
 * Runs in rows. Only those in sight are drawn, and the next page is loaded when the end comes near: by Tab the list would be
 * a way without an end, so it is one stop, and the arrows go from row to row.
 */
export function RunList({ list, empty, skeletons = 10 }: Props) {
  if (list.error && !list.nodes?.length) return <ErrorState message={list.error} onRetry={list.reload} />;
  if (!list.nodes) return <SkeletonRows rows={skeletons} className={rowClass} />;
  if (list.nodes.length === 0)
    return list.status === 'loading' ? <SkeletonRows rows={skeletons} className={rowClass} /> : empty;
  return <Rows list={list} runs={list.nodes} />;
}

const scroller = () => document.getElementById('content');

function Rows({ list, runs }: { list: RunListView; runs: readonly RunRowFragment[] }) {
  const top = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const box = top.current!.getBoundingClientRect();
    const frame = scroller()!;
    setScrollMargin(Math.round(box.top - frame.getBoundingClientRect().top + frame.scrollTop));
  }, []);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: scroller,
    estimateSize: () => runRowHeight,
    getItemKey: (index) => runs[index]!.id,
    overscan: 12,
    scrollMargin,
    // A list that is come back to is drawn where it was left.
    initialOffset: () => scroller()?.scrollTop ?? 0,
  });
  useHoldWhileScrolled(list.hold, scrollMargin);
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { loadMore } = list;
  useEffect(() => {
    if (last >= runs.length - 10) loadMore();
  }, [last, runs.length, loadMore]);
  const { active, onKeyDown, onFocus } = useRoving(runs, rows, top);
  const guard = useClickGuard(runs[0]?.id);
  return (
    <>
      <NewRuns count={list.held.length} />
      <div
        ref={top}
        role="list"
        aria-label="Runs"
        aria-busy={list.status === 'loading'}
        className="relative overflow-hidden"
        style={{ height: rows.getTotalSize() }}
        onClickCapture={guard}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        {items.map((item) => (
          <div
            key={item.key}
            role="listitem"
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start - scrollMargin}px)` }}
          >
            <RunRow run={runs[item.index]!} index={item.index} inTabOrder={item.index === active} />
          </div>
        ))}
      </div>
      {list.hasMore && <SkeletonRows rows={2} className={rowClass} />}
    </>
  );
}

/** Nothing moves as long as the first row is out of sight. */
function useHoldWhileScrolled(hold: (holding: boolean) => void, scrollMargin: number): void {
  useEffect(() => {
    const frame = scroller();
    if (!frame) return;
    const look = () => hold(frame.scrollTop > scrollMargin);
    look();
    frame.addEventListener('scroll', look, { passive: true });
    return () => {
      frame.removeEventListener('scroll', look);
      hold(false);
    };
  }, [hold, scrollMargin]);
}

const guardMs = 250;

/** Rows that have just moved under the pointer are not what it was aimed at. The keyboard is aimed at what it is on. */
function useClickGuard(first: string | undefined) {
  const moved = useRef(0);
  const before = useRef(first);
  useEffect(() => {
    if (before.current !== first) moved.current = Date.now();
    before.current = first;
  }, [first]);
  return useCallback((event: MouseEvent) => {
    if (event.detail === 0 || Date.now() - moved.current > guardMs) return;
    event.preventDefault();
    event.stopPropagation();
  }, []);
}

/** How many runs wait above until somebody wants to see them. */
function NewRuns({ count }: { count: number }) {
  return (
    <div role="status" className="sticky top-3 z-10 flex h-0 justify-center">
      {count > 0 && (
        <button
          type="button"
          onClick={() => scroller()?.scrollTo({ top: 0 })}
          className={cn(buttonClass({ variant: 'primary', size: 'sm' }), 'appear rounded-full shadow-high')}
        >
          <ArrowUp aria-hidden />
          {plural(count, 'new run')}
        </button>
      )}
    </div>
  );
}
