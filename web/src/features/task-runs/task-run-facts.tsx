'use client';

import { CornerDownRight, Workflow } from 'lucide-react';
import type { TaskRunWholeFragment } from '@/generated/graphql';
import { Fact, FactLink, RanFacts } from '@/features/runs/run-facts';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { Tags } from '@/ui/tag';

/** The line under the name of a task run: when, how long, in which run. */
export function TaskRunFacts({ run }: { run: TaskRunWholeFragment }) {
  const { place } = useHere();
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      <RanFacts run={run} />
      {run.flowRun && (
        <Fact icon={<Workflow />} name="Run">
          <FactLink href={`${paths.run(place, run.flowRun.id)}?task=${run.id}`}>Show in the run</FactLink>
        </Fact>
      )}
      {run.childFlowRunId && (
        <Fact icon={<CornerDownRight />} name="Subflow run">
          <FactLink href={paths.run(place, run.childFlowRunId)}>Open the subflow run</FactLink>
        </Fact>
      )}
      <Tags tags={run.tags} most={6} />
    </div>
  );
}
