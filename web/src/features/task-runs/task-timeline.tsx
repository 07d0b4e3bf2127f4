'use client';

import { useMemo, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ListTree } from 'lucide-react';
import type { TaskRunBarFragment } from '@/generated/graphql';
import { useNow } from '@/lib/now';
import { ErrorState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { chartColumns } from './chart-columns';
import { TaskBar, taskRowHeight } from './task-bar';
import { useRoving } from './use-roving';
import { layoutTimeline, type Tick } from './timeline-layout';

type Task = TaskRunBarFragment;
type Props = {
  taskRuns: readonly Task[] | null;
  error: string | null;
  runStart: string | null;
  selected: string | null;
  onSelect: (id: string | null) => void;
};

const ms = (iso: string | null) => (iso ? Date.parse(iso) : null);

/** Task runs as bars on a time axis, in the order in which they began. */
export function TaskTimeline({ taskRuns, error, runStart, selected, onSelect }: Props) {
  if (error && !taskRuns) return <ErrorState message={error} />;
  if (!taskRuns) return <Waiting />;
  if (taskRuns.length === 0)
    return (
      <p className="flex items-center gap-2.5 px-4 py-5 text-sm text-muted">
        <ListTree className="size-4 shrink-0 text-faint" aria-hidden />
        No task runs. Each task that the flow calls becomes a bar on a time axis here.
      </p>
    );
  return <Chart tasks={taskRuns} runStart={runStart} selected={selected} onSelect={onSelect} />;
}

type ChartProps = {
  tasks: readonly Task[];
  runStart: string | null;
  selected: string | null;
  onSelect: (id: string | null) => void;
};

function Chart({ tasks, runStart, selected, onSelect }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const goesOn = tasks.some((task) => task.startTime && !task.endTime);
  const now = useNow({ quick: true, paused: !goesOn });
  const ordered = useMemo(() => tasks.toSorted(byStart), [tasks]);
  const spans = useMemo(
    () => ordered.map((task) => ({ id: task.id, start: ms(task.startTime), end: ms(task.endTime) })),
    [ordered],
  );
  const layout = useMemo(() => layoutTimeline(spans, ms(runStart), now), [spans, runStart, now]);
  const rows = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => frame.current,
    estimateSize: () => taskRowHeight,
    overscan: 10,
  });
  const { active, onKeyDown, onFocus } = useRoving(ordered, rows.scrollToIndex, frame);
  return (
    <div ref={frame} className="relative max-h-84 min-h-24 overflow-y-auto">
      <Axis ticks={layout.ticks} />
      <div
        role="group"
        aria-label="Task runs"
        className="relative"
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        <Grid ticks={layout.ticks} />
        {rows.getVirtualItems().map((item) => {
          const task = ordered[item.index]!;
          return (
            <TaskBar
              key={task.id}
              task={task}
              placed={layout.placed.get(task.id)!}
              top={item.start}
              selected={task.id === selected}
              index={item.index}
              inTabOrder={item.index === active}
              now={now}
              onSelect={() => onSelect(task.id === selected ? null : task.id)}
            />
          );
        })}
      </div>
    </div>
  );
}

const begunAt = ({ startTime, endTime, expectedStartTime }: Task) =>
  ms(startTime ?? endTime ?? expectedStartTime) ?? Number.MAX_SAFE_INTEGER;
const byStart = (a: Task, b: Task) => begunAt(a) - begunAt(b) || a.id.localeCompare(b.id);

const Axis = ({ ticks }: { ticks: Tick[] }) => (
  <div
    data-axis
    className={`${chartColumns} sticky top-0 z-10 h-7 border-b border-line bg-surface text-2xs text-faint`}
  >
    <span className="px-4 leading-7">Task run</span>
    <span className="@container relative">
      {ticks.map((tick) => (
        <span
          key={tick.left}
          className="absolute top-0 border-l border-line pl-1 leading-7 whitespace-nowrap tabular-nums @max-2xs:even:hidden"
          style={{ left: `${tick.left}%` }}
        >
          {tick.label}
        </span>
      ))}
    </span>
  </div>
);

const Grid = ({ ticks }: { ticks: Tick[] }) => (
  <div className={`${chartColumns} pointer-events-none absolute inset-0`} aria-hidden="true">
    <span />
    <span className="relative">
      {ticks.map((tick) => (
        <span
          key={tick.left}
          className="absolute inset-y-0 border-l border-line/70"
          style={{ left: `${tick.left}%` }}
        />
      ))}
    </span>
  </div>
);

const Waiting = () => (
  <div className="space-y-2.5 p-4" role="status" aria-label="Loading">
    {[30, 55, 40, 70].map((width, index) => (
      <Skeleton key={width} className="h-4" style={{ width: `${width}%`, marginLeft: `${index * 6}%` }} />
    ))}
  </div>
);
