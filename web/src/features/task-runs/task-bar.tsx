'use client';

import type { CSSProperties, ReactNode } from 'react';
import Link from 'next/link';
import { CornerDownRight } from 'lucide-react';
import type { TaskRunBarFragment } from '@/generated/graphql';
import { ranInPart, secondsOf } from '@/features/runs/run-time';
import { StateIcon } from '@/ui/state-badge';
import { stateLook, stateWord } from '@/ui/state-look';
import { useHere } from '@/lib/session/here';
import { absoluteTime, duration } from '@/lib/format';
import { paths } from '@/lib/paths';
import { plainText } from '@/lib/terminal-text';
import { cn } from '@/ui/cn';
import { Tooltip } from '@/ui/tooltip';
import { chartColumns } from './chart-columns';
import type { Placed } from './timeline-layout';

/** Pixels. */
export const taskRowHeight = 30;

type Props = {
  task: TaskRunBarFragment;
  placed: Placed;
  top: number;
  selected: boolean;
  onSelect: () => void;
  index: number;
  inTabOrder: boolean;
  /** Milliseconds; counts while the task goes on. */
  now: number;
};

export function TaskBar({ task, placed, top, selected, onSelect, index, inTabOrder, now }: Props) {
  const { place } = useHere();
  const ran = secondsOf(task, now) ?? placed.seconds;
  return (
    <div className="absolute inset-x-0" style={{ top, height: taskRowHeight }}>
      <Tooltip content={<About task={task} placed={placed} ran={ran} />} side="top">
        <button
          type="button"
          onClick={onSelect}
          aria-pressed={selected}
          data-row={index}
          tabIndex={inTabOrder ? 0 : -1}
          className={cn(
            chartColumns,
            'h-full w-full items-center text-left outline-offset-[-2px] hover:bg-sunken/70',
            selected && 'bg-accent/10 hover:bg-accent/15',
          )}
        >
          <span className="flex min-w-0 items-center gap-2 pr-3 pl-4 text-xs">
            <StateIcon type={task.stateType} name={task.stateName} className="size-3.5" />
            <span className="truncate">{task.name}</span>
          </span>
          <Bar task={task} placed={placed} ran={ran} />
        </button>
      </Tooltip>
      {task.childFlowRunId && (
        <Link
          href={paths.run(place, task.childFlowRunId)}
          prefetch={false}
          tabIndex={inTabOrder ? 0 : -1}
          aria-label={`Open the subflow run of ${task.name}`}
          className="absolute top-1 right-2 rounded p-1 text-faint hover:bg-line hover:text-fg"
        >
          <CornerDownRight className="size-3.5" aria-hidden />
        </Link>
      )}
    </div>
  );
}

/** `ran`: the seconds that it was running; the bar is as long as all that lies between its start and its end. */
type BarProps = { task: TaskRunBarFragment; placed: Placed; ran: number };

function Bar({ task, placed, ran }: BarProps) {
  const { color } = stateLook(task.stateType, task.stateName);
  if (!placed.begun && !task.endTime)
    return (
      <span className="text-2xs text-faint" aria-hidden="true">
        {stateWord(task.stateType, task.stateName)}
      </span>
    );
  return (
    <span className="relative h-full">
      {placed.parts.length > 0 && (
        <span
          className="absolute top-[14.5px] border-t border-dashed border-line-strong"
          style={{ left: `${placed.left}%`, width: `${placed.width}%` }}
        />
      )}
      {(placed.parts.length > 0 ? placed.parts : [placed]).map(({ left, width }, at, all) => (
        <span
          key={at}
          data-attempt={at + 1}
          className={cn(
            'absolute top-2 h-3.5 min-w-[3px] rounded-[3px]',
            at === all.length - 1 ? task.stateType === 'RUNNING' && 'animate-pulse' : 'opacity-55',
          )}
          style={{
            left: `${left}%`,
            width: `${width}%`,
            background: `color-mix(in oklab, ${color} 78%, var(--surface))`,
          }}
        />
      ))}
      {!placed.begun ? (
        <Label placed={placed}>{stateWord(task.stateType, task.stateName)}</Label>
      ) : ranInPart(ran, placed.seconds) ? (
        <>
          <Label placed={placed} isLong className="hidden @xl:block">
            ran {duration(ran)} of {duration(placed.seconds)}
          </Label>
          <Label placed={placed} className="@xl:hidden">
            {duration(ran)}
          </Label>
        </>
      ) : (
        <Label placed={placed}>{duration(ran)}</Label>
      )}
    </span>
  );
}

type LabelProps = { placed: Placed; isLong?: boolean; className?: string; children: ReactNode };

/** In front of the gaps of the axis, which may leave it no other place. */
function Label({ placed, isLong = false, className, children }: LabelProps) {
  const at = labelPlace(placed, isLong);
  return (
    <span
      className={cn(
        'absolute top-1.5 z-1 text-2xs whitespace-nowrap tabular-nums',
        at.within ? 'text-fg' : 'text-faint',
        className,
      )}
      style={at.style}
    >
      {children}
    </span>
  );
}

/** After the bar, before it, or, where a bar leaves room on neither side, on itself. */
function labelPlace({ left, width }: Placed, isLong: boolean): { within: boolean; style: CSSProperties } {
  const end = left + width;
  const [farthest, least] = isLong ? [86, 30] : [92, 8];
  if (end <= farthest) return { within: false, style: { left: `${end}%`, marginLeft: 6 } };
  if (left >= least) return { within: false, style: { right: `${100 - left}%`, marginRight: 6 } };
  return { within: true, style: { right: `${100 - end}%`, marginRight: 6 } };
}

const About = ({ task, placed, ran }: BarProps) => (
  <div className="space-y-1">
    <div className="font-medium">{task.name}</div>
    <div className="flex items-center gap-1.5 text-muted">
      <StateIcon type={task.stateType} name={task.stateName} className="size-3.5" />
      {stateWord(task.stateType, task.stateName)}
      {placed.begun && ` · ${duration(ran)}`}
      {placed.begun &&
        ranInPart(ran, placed.seconds) &&
        ` running, of ${duration(placed.seconds)} ${task.endTime ? 'from its start to its end' : 'since its start'}`}
      {task.runCount > 1 && `, begun ${task.runCount} times`}
    </div>
    {task.startTime && <div className="text-faint">Started {absoluteTime(task.startTime)}</div>}
    {task.state?.message && <div className="line-clamp-4 break-words text-muted">{plainText(task.state.message)}</div>}
  </div>
);
