'use client';

import Link from 'next/link';
import type { MiniRunFragment } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { duration } from '@/lib/format';
import { paths } from '@/lib/paths';
import { stateLook, stateWord } from './state-look';

type Props = { runs: readonly MiniRunFragment[]; slots?: number };

/** The latest runs as bars, the newest at the right: the colour is the state, the height the duration. */
export function RunBars({ runs, slots = 16 }: Props) {
  const { place } = useHere();
  const shown = runs.slice(0, slots).toReversed();
  const longest = Math.max(0.001, ...shown.map((run) => run.totalRunTimeSeconds));
  const gaps = Math.max(0, slots - shown.length);
  return (
    <div className="flex h-8 items-end gap-[3px]" role="img" aria-label={spoken(runs)}>
      {Array.from({ length: gaps }, (_, index) => (
        <span key={index} className="h-1 w-1.5 rounded-xs bg-line" />
      ))}
      {shown.map((run) => (
        <Link
          key={run.id}
          href={paths.run(place, run.id)}
          prefetch={false}
          tabIndex={-1}
          aria-hidden="true"
          title={`${run.name} · ${stateWord(run.stateType, run.stateName)}${run.startTime ? ` · ${duration(run.totalRunTimeSeconds)}` : ''}`}
          className="w-1.5 rounded-xs transition-opacity hover:opacity-60"
          style={{
            height: `${Math.max(14, Math.sqrt(run.totalRunTimeSeconds / longest) * 100)}%`,
            background: stateLook(run.stateType, run.stateName).color,
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
