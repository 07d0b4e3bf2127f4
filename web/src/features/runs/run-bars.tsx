'use client';

import Link from 'next/link';
import type { MiniRunFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { duration } from '@/lib/format';
import { paths } from '@/lib/paths';
import { cn } from '@/ui/cn';
import { stateLook, stateWord, type BarShape } from '@/ui/state-look';

/**
 * In bars the colour stands alone, so each kind of state has a shape too. Whole names: they are what the stylesheet is made
 * from.
 */
const shapes: Record<BarShape, string> = {
  whole: 'bar-whole',
  marked: 'bar-marked',
  broken: 'bar-broken',
  half: 'bar-half',
  hollow: 'bar-hollow',
  dotted: 'bar-dotted',
  dashed: 'bar-dashed',
  growing: 'bar-growing',
};

type Props = { runs: readonly MiniRunFragment[]; slots?: number };

/** The latest runs as bars, the newest at the right: colour and shape are the state, the height the duration. */
export function RunBars({ runs, slots = 16 }: Props) {
  const { place } = useHere();
  const shown = runs.slice(0, slots).toReversed();
  const longest = Math.max(0.001, ...shown.map((run) => run.totalRunTimeSeconds));
  const gaps = Math.max(0, slots - shown.length);
  return (
    <div className="flex h-8 items-end gap-[3px]">
      <span className="sr-only">{spoken(runs)}</span>
      {Array.from({ length: gaps }, (_, index) => (
        <span key={index} aria-hidden="true" className="h-1 w-1.5 rounded-xs bg-line" />
      ))}
      {shown.map((run) => (
        <Link
          key={run.id}
          href={paths.run(place, run.id)}
          prefetch={false}
          tabIndex={-1}
          aria-hidden="true"
          title={`${run.name} · ${stateWord(run.stateType, run.stateName)}${run.startTime ? ` · ${duration(run.totalRunTimeSeconds)}` : ''}`}
          className={cn(
            'w-1.5 transition-opacity hover:opacity-60',
            shapes[stateLook(run.stateType, run.stateName).shape],
          )}
          style={{
            height: `${Math.max(32, Math.sqrt(run.totalRunTimeSeconds / longest) * 100)}%`,
            color: stateLook(run.stateType, run.stateName).color,
          }}
        />
      ))}
    </div>
  );
}

function spoken(runs: readonly MiniRunFragment[]): string {
  const counts = new Map<string, number>();
  for (const run of runs) {
    const word = stateWord(run.stateType, run.stateName).toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts.size === 0
    ? 'No recent runs'
    : `Recent runs: ${[...counts].map(([word, count]) => `${count} ${word}`).join(', ')}`;
}
