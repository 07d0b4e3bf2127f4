'use client';

import Link from 'next/link';
import { Boxes, GitBranch, Rocket, Server } from 'lucide-react';
import type { RunRowFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { absoluteTime } from '@/lib/format';
import { paths } from '@/lib/paths';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';
import { listTime } from './run-filter';
import { ranSince, RunDuration } from './run-time';
import { StateBadge } from '@/ui/state-badge';

/** Pixels; rows are of one height, so that the list can be drawn in part. */
export const runRowHeight = 57;

type Props = {
  run: RunRowFragment;
  /** Where it stands in a list that the arrows go through, and whether Tab leads to it. */
  index?: number;
  inTabOrder?: boolean;
};

export function RunRow({ run, index, inTabOrder = true }: Props) {
  const { place } = useHere();
  // The moment that the list is ordered by: another one would seem out of order.
  const when = new Date(listTime(run)).toISOString();
  return (
    <Link
      href={paths.run(place, run.id)}
      prefetch={false}
      data-row={index}
      tabIndex={inTabOrder ? undefined : -1}
      style={{ height: runRowHeight }}
      className="@container grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-b border-line px-4 text-sm outline-offset-[-2px] transition-colors hover:bg-sunken/70 sm:grid-cols-[8.5rem_minmax(0,1fr)_auto_5.5rem_4rem]"
    >
      <StateBadge type={run.stateType} name={run.stateName} className="order-last justify-self-start sm:order-none" />
      <span className="min-w-0">
        <span className="block truncate font-medium">{run.name}</span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-faint">
          <RunOrigin run={run} />
          <span className="flex shrink-0 items-center gap-1.5 sm:hidden">
            <Time iso={when} title={whenTitle(run)} />
            {run.runCount > 0 && (
              <>
                <span aria-hidden="true">·</span>
                <RunDuration run={run} />
              </>
            )}
          </span>
        </span>
      </span>
      <span className="hidden sm:block">
        <span className="hidden @4xl:block">
          <Tags tags={run.tags} most={2} />
        </span>
      </span>
      <span className="hidden text-right text-muted sm:block">
        <Time iso={when} title={whenTitle(run)} />
      </span>
      <span className="hidden text-right text-muted sm:block">
        <RunDuration run={run} />
      </span>
    </Link>
  );
}

/** When it was due, and when it began, where that is later. */
function whenTitle(run: RunRowFragment): string {
  const [due, started] = [absoluteTime(new Date(listTime(run)).toISOString()), ranSince(run)];
  return started ? `Due ${due}, started ${absoluteTime(started)}` : `Due ${due}`;
}

/** Where a run comes from: its flow, deployment, pool, or parent. */
const RunOrigin = ({ run }: { run: RunRowFragment }) => (
  <span className="flex min-w-0 items-center gap-3 [&_svg]:size-3.5 [&_svg]:shrink-0">
    <span className="flex min-w-0 items-center gap-1">
      <Boxes aria-hidden />
      <span className="truncate">{run.flow?.name ?? 'deleted flow'}</span>
    </span>
    {run.deployment && (
      <span className="hidden min-w-0 items-center gap-1 sm:flex">
        <Rocket aria-hidden />
        <span className="truncate">{run.deployment.name}</span>
      </span>
    )}
    {run.workPoolName && (
      <span className="hidden min-w-0 items-center gap-1 md:flex">
        <Server aria-hidden />
        <span className="truncate">{run.workPoolName}</span>
      </span>
    )}
    {run.parentTaskRunId && (
      <span className="hidden items-center gap-1 md:flex">
        <GitBranch aria-hidden />
        subflow
      </span>
    )}
  </span>
);
