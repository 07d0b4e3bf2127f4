'use client';

import { useEffect, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { absoluteTime, clockTime } from '@/lib/format';
import { cn } from '@/ui/cn';
import { LogMessage } from './log-message';
import { levelName, type Line } from './log-view';

type Props = {
  lines: readonly Line[];
  follow: boolean;
  onFollow: (follow: boolean) => void;
  search: string;
  taskNames: ReadonlyMap<string, string>;
};

/** The lines in sight of a log of any length. Scrolling up stops following; scrolling to the end starts it again. */
export function LogLines({ lines, follow, onFollow, search, taskNames }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 22,
    getItemKey: (index) => lines[index]!.id,
    overscan: 20,
  });
  useEffect(() => {
    if (follow) rows.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, lines.length, rows]);
  const onScroll = () => {
    const box = frame.current!;
    const goesUp = box.scrollTop < top.current - 4;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
    top.current = box.scrollTop;
    if (follow && goesUp && !atEnd) onFollow(false);
    if (!follow && !goesUp && atEnd && lines.length > 30) onFollow(true);
  };
  return (
    <div
      ref={frame}
      onScroll={onScroll}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Log"
      className="@container min-h-0 flex-1 overflow-y-auto py-1.5 font-mono text-xs outline-offset-[-2px]"
    >
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <LogRow line={lines[item.index]!} search={search} taskNames={taskNames} />
          </div>
        ))}
      </div>
    </div>
  );
}

const tints: Record<string, string> = {
  DEBUG: 'text-faint',
  INFO: 'text-run',
  WARNING: 'text-pause',
  ERROR: 'text-bad',
  CRITICAL: 'text-bad font-bold',
};

function LogRow({ line, search, taskNames }: { line: Line; search: string; taskNames: ReadonlyMap<string, string> }) {
  const level = levelName(line.level);
  const task = line.taskRunId ? taskNames.get(line.taskRunId) : null;
  return (
    <div
      className={cn(
        'flex flex-wrap gap-x-3 px-3 py-0.5 leading-[1.15rem] hover:bg-sunken @lg:flex-nowrap',
        line.level >= 40 && 'bg-bad/6',
      )}
    >
      <time dateTime={line.timestamp} title={absoluteTime(line.timestamp)} className="shrink-0 text-faint tabular-nums">
        {clockTime(line.timestamp)}
      </time>
      <span className={cn('w-16 shrink-0', tints[level])}>{level}</span>
      <span className="min-w-0 basis-full break-words whitespace-pre-wrap @lg:flex-1 @lg:basis-0">
        <LogMessage text={line.message} search={search} />
      </span>
      <span
        className={cn('hidden max-w-44 shrink-0 truncate text-faint', task ? '@lg:block' : '@3xl:block')}
        title={line.name}
      >
        {task ?? line.name}
      </span>
    </div>
  );
}
