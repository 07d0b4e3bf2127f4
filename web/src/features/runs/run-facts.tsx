'use client';

import type { ReactNode } from 'react';
import Link from 'next/link';
import { CalendarClock, CircleStop, GitBranch, Play, Rocket, Server, Timer } from 'lucide-react';
import type { RunWholeFragment } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';
import { RanFor, ranSince, type Timed } from './run-time';

/** The line under the name of a run: when, how long, from where. */
export function RunFacts({ run }: { run: RunWholeFragment }) {
  const { place } = useHere();
  const started = ranSince(run);
  const due = run.endTime ? null : (run.nextScheduledStartTime ?? run.expectedStartTime);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      <RanFacts run={run} />
      {due && (!started || run.stateType === 'SCHEDULED') && (
        <Fact icon={<CalendarClock />} name="Due">
          <Time iso={due} />
        </Fact>
      )}
      {!started && run.endTime && (
        <Fact icon={<CircleStop />} name="Ended">
          Never ran; ended <Time iso={run.endTime} />
        </Fact>
      )}
      {run.deployment && (
        <Fact icon={<Rocket />} name="Deployment">
          <FactLink href={paths.deployment(place, run.deployment.id)}>{run.deployment.name}</FactLink>
        </Fact>
      )}
      {run.workPoolName && (
        <Fact icon={<Server />} name="Work pool">
          <FactLink href={paths.workPool(place, run.workPoolName)}>{run.workPoolName}</FactLink>
        </Fact>
      )}
      {run.parentFlowRun && (
        <Fact icon={<GitBranch />} name="Parent run">
          <FactLink href={paths.run(place, run.parentFlowRun.id)}>{run.parentFlowRun.name}</FactLink>
        </Fact>
      )}
      <Tags tags={run.tags} most={6} />
    </div>
  );
}

export const FactLink = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href} prefetch={false} className="hover:text-fg hover:underline">
    {children}
  </Link>
);

export const Fact = ({ icon, name, children }: { icon: ReactNode; name: string; children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5 [&_svg]:size-3.5 [&_svg]:text-faint">
    <span aria-hidden="true">{icon}</span>
    <span className="sr-only">{name}</span>
    {children}
  </span>
);

/** Since when a run or a task run has run, and for how long; nothing before. */
export function RanFacts({ run }: { run: Timed & { endTime: string | null } }) {
  const started = ranSince(run);
  if (!started) return null;
  return (
    <>
      <Fact icon={<Play />} name="Started">
        <Time iso={started} />
      </Fact>
      <Fact icon={<Timer />} name="Duration">
        <RanFor run={run} />
      </Fact>
    </>
  );
}
