'use client';

import { useMemo, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ListTree } from 'lucide-react';
import type { TaskRunBarFragment } from '@/generated/graphql';
import { duration } from '@/lib/format';
import { useNow } from '@/lib/now';
import { useRoving } from '@/lib/use-roving';
import { ErrorState } from '@/ui/empty-state';
import { Skeleton } from '@/ui/skeleton';
import { chartColumns } from './chart-columns';
import { TaskBar, taskRowHeight } from './task-bar';
import type { Break, Interval, Tick } from './time-scale';
import { layoutTimeline } from './timeline-layout';

type Task = TaskRunBarFragment;
type Props = {
  taskRuns: readonly Task[] | null;
  error: string | null;
  runStart: string | null;
  /** When the run was at rest between attempts. */
  rests: readonly Interval[];
  selected: string | null;
  onSelect: (id: string | null) => void;
};

const ms = (iso: string | null) => (iso ? Date.parse(iso) : null);

/** Task runs as bars on a time axis, in the order in which they began. */
export function TaskTimeline({ taskRuns, error, ...rest }: Props) {
  if (error && !taskRuns) return <ErrorState message={error} />;
  if (!taskRuns) return <Waiting />;
  if (taskRuns.length === 0)
    return (
      <p className="flex items-center gap-2.5 px-4 py-5 text-sm text-muted">
        <ListTree className="size-4 shrink-0 text-faint" aria-hidden />
        No task runs. Each task that the flow calls becomes a bar on a time axis here.
      </p>
    );
  return <Chart tasks={taskRuns} {...rest} />;
}

type ChartProps = Omit<Props, 'taskRuns' | 'error'> & { tasks: readonly Task[] };

function Chart({ tasks, runStart, rests, selected, onSelect }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const goesOn = tasks.some((task) => task.startTime && !task.endTime);
  const now = useNow({ quick: true, paused: !goesOn });
  const ordered = useMemo(() => tasks.toSorted(byStart), [tasks]);
  const spans = useMemo(
    () =>
      ordered.map((task) => ({
        id: task.id,
        start: ms(task.startTime),
        end: ms(task.endTime),
        stretches: task.stretches.map((each) => ({ start: Date.parse(each.startTime), end: ms(each.endTime) })),
      })),
    [ordered],
  );
  const layout = useMemo(
    () => layoutTimeline(spans, { from: ms(runStart), now, rests }),
    [spans, runStart, now, rests],
  );
  const rows = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => frame.current,
    estimateSize: () => taskRowHeight,
    overscan: 10,
  });
  const { active, onKeyDown, onFocus } = useRoving(ordered, rows, frame);
  return (
    <div ref={frame} className="@container relative max-h-84 min-h-24 overflow-y-auto">
      <Axis ticks={layout.ticks} breaks={layout.breaks} />
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
        <Breaks breaks={layout.breaks} />
      </div>
    </div>
  );
}

const begunAt = ({ startTime, endTime, expectedStartTime }: Task) =>
  ms(startTime ?? endTime ?? expectedStartTime) ?? Number.MAX_SAFE_INTEGER;
const byStart = (a: Task, b: Task) => begunAt(a) - begunAt(b) || a.id.localeCompare(b.id);

const Axis = ({ ticks, breaks }: { ticks: Tick[]; breaks: Break[] }) => (
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
      {breaks.map(({ left, width, seconds }) => (
        <span
          key={left}
          role="img"
          aria-label={gapWords(seconds)}
          title={gapWords(seconds)}
          className={`absolute inset-y-0 ${breakClass}`}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      ))}
    </span>
  </div>
);

const gapWords = (seconds: number) => `No task ran for ${duration(seconds)}: the gap is not drawn to scale.`;
const breakClass = 'gap-in-time border-x border-line bg-surface';

/** A gap cuts through the bars: none of them ran there. */
const Breaks = ({ breaks }: { breaks: Break[] }) => (
  <div className={`${chartColumns} pointer-events-none absolute inset-0`} aria-hidden="true">
    <span />
    <span className="relative">
      {breaks.map(({ left, width }) => (
        <span
          key={left}
          className={`absolute inset-y-0 ${breakClass}`}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
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
