'use client';

import type { ReactNode } from 'react';
import Link from 'next/link';
import { CalendarClock, CircleStop, GitBranch, Play, Rocket, Server, Timer } from 'lucide-react';
import type { RunWholeFragment } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { paths } from '@/lib/paths';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';
import { ranSince, RunDuration } from './run-time';

/** The line under the name of a run: when, how long, from where. */
export function RunFacts({ run }: { run: RunWholeFragment }) {
  const { place } = useHere();
  const started = ranSince(run);
  const due = run.endTime ? null : (run.nextScheduledStartTime ?? run.expectedStartTime);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      {started && (
        <Fact icon={<Play />} name="Started">
          <Time iso={started} />
        </Fact>
      )}
      {!started && due && (
        <Fact icon={<CalendarClock />} name="Due">
          <Time iso={due} />
        </Fact>
      )}
      {!started && run.endTime && (
        <Fact icon={<CircleStop />} name="Ended">
          Never ran; ended <Time iso={run.endTime} />
        </Fact>
      )}
      {started && (
        <Fact icon={<Timer />} name="Duration">
          <RunDuration run={run} quick />
        </Fact>
      )}
      {run.deployment && (
        <Fact icon={<Rocket />} name="Deployment">
          <Link
            href={paths.deployment(place, run.deployment.id)}
            prefetch={false}
            className="hover:text-fg hover:underline"
          >
            {run.deployment.name}
          </Link>
        </Fact>
      )}
      {run.workPoolName && (
        <Fact icon={<Server />} name="Work pool">
          <Link href={paths.workPools(place)} prefetch={false} className="hover:text-fg hover:underline">
            {run.workPoolName}
          </Link>
        </Fact>
      )}
      {run.parentFlowRun && (
        <Fact icon={<GitBranch />} name="Parent run">
          <Link
            href={paths.run(place, run.parentFlowRun.id)}
            prefetch={false}
            className="hover:text-fg hover:underline"
          >
            {run.parentFlowRun.name}
          </Link>
        </Fact>
      )}
      <Tags tags={run.tags} most={6} />
    </div>
  );
}

export const Fact = ({ icon, name, children }: { icon: ReactNode; name: string; children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5 [&_svg]:size-3.5 [&_svg]:text-faint">
    <span aria-hidden="true">{icon}</span>
    <span className="sr-only">{name}</span>
    {children}
  </span>
);
