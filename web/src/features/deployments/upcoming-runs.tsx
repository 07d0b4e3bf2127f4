'use client';

import Link from 'next/link';
import { CalendarClock } from 'lucide-react';
import type { DeploymentWholeFragment } from '@/generated/graphql';
import { StateBadge } from '@/ui/state-badge';
import { useHere } from '@/lib/session/here';
import { absoluteTime } from '@/lib/format';
import { paths } from '@/lib/paths';
import { Card } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
import { Time } from '@/ui/time';

type Props = { deploymentId: string; runs: DeploymentWholeFragment['upcomingRuns']; paused: boolean };

/** How many the page of a deployment asks for. */
const upcomingShown = 8;

export function UpcomingRuns({ deploymentId, runs, paused }: Props) {
  const { place } = useHere();
  if (runs.length === 0)
    return (
      <Card>
        <EmptyState icon={<CalendarClock />} title="Nothing is planned">
          {paused
            ? 'The deployment is paused; its schedules make no runs.'
            : 'Runs of active schedules are listed here ahead of time.'}
        </EmptyState>
      </Card>
    );
  return (
    <Card className="overflow-hidden">
      <Table>
        <thead>
          <tr>
            <Th>Due</Th>
            <Th className="hidden sm:table-cell">At</Th>
            <Th>Run</Th>
            <Th>State</Th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <UpcomingRun key={run.id} run={run} />
          ))}
        </tbody>
      </Table>
      <p className="border-t border-line px-4 py-2.5 text-sm text-muted">
        {runs.length < upcomingShown ? 'These are all that are planned so far. ' : `The next ${runs.length}. `}
        <Link
          href={paths.runs(place, { deployment: [deploymentId], range: 'upcoming' })}
          prefetch={false}
          className="text-accent underline"
        >
          All upcoming runs
        </Link>
      </p>
    </Card>
  );
}

function UpcomingRun({ run }: { run: Props['runs'][number] }) {
  const { place } = useHere();
  const due = run.nextScheduledStartTime ?? run.expectedStartTime;
  return (
    <Tr>
      <Td>{due && <Time iso={due} />}</Td>
      <Td className="hidden whitespace-nowrap text-muted tabular-nums sm:table-cell">{due && absoluteTime(due)}</Td>
      <NameTd className="min-w-24">
        <Link href={paths.run(place, run.id)} prefetch={false} className="block font-medium hover:underline">
          <Cut text={run.name} />
        </Link>
      </NameTd>
      <Td>
        <StateBadge type={run.stateType} name={run.stateName} />
      </Td>
    </Tr>
  );
}
