'use client';

import Link from 'next/link';
import { CornerDownRight, Play, Timer, Workflow } from 'lucide-react';
import type { TaskRunWholeFragment } from '@/generated/graphql';
import { Fact } from '@/features/runs/run-facts';
import { ranSince, RunDuration } from '@/features/runs/run-time';
import { useHere } from '@/features/shell/workspace-context';
import { paths } from '@/lib/paths';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';

/** The line under the name of a task run: when, how long, in which run. */
export function TaskRunFacts({ run }: { run: TaskRunWholeFragment }) {
  const { place } = useHere();
  const started = ranSince(run);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      {started && (
        <Fact icon={<Play />} name="Started">
          <Time iso={started} />
        </Fact>
      )}
      {started && (
        <Fact icon={<Timer />} name="Duration">
          <RunDuration run={run} quick />
        </Fact>
      )}
      {run.flowRun && (
        <Fact icon={<Workflow />} name="Run">
          <Link
            href={`${paths.run(place, run.flowRun.id)}?task=${run.id}`}
            prefetch={false}
            className="hover:text-fg hover:underline"
          >
            Show in the run
          </Link>
        </Fact>
      )}
      {run.childFlowRunId && (
        <Fact icon={<CornerDownRight />} name="Subflow run">
          <Link href={paths.run(place, run.childFlowRunId)} prefetch={false} className="hover:text-fg hover:underline">
            Open the subflow run
          </Link>
        </Fact>
      )}
      <Tags tags={run.tags} most={6} />
    </div>
  );
}
