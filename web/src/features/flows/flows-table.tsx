'use client';

import Link from 'next/link';
import type { FlowRowFragment } from '@/generated/graphql';
import { RunBars } from '@/features/runs/run-bars';
import { StateIcon } from '@/ui/state-badge';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';

export const FlowsTable = ({ flows }: { flows: readonly FlowRowFragment[] }) => (
  <Table>
    <thead>
      <tr>
        <Th>Flow</Th>
        <Th>Last run</Th>
        <Th className="hidden md:table-cell">Next run</Th>
        <Th className="hidden text-right sm:table-cell">Deployments</Th>
        <Th className="hidden sm:table-cell">Recent runs</Th>
      </tr>
    </thead>
    <tbody>
      {flows.map((flow) => (
        <FlowRow key={flow.id} flow={flow} />
      ))}
    </tbody>
  </Table>
);

function FlowRow({ flow }: { flow: FlowRowFragment }) {
  const { place } = useHere();
  const next = flow.nextRun?.nextScheduledStartTime ?? flow.nextRun?.expectedStartTime;
  const when = flow.lastRun?.startTime ?? flow.lastRun?.expectedStartTime;
  return (
    <Tr>
      <NameTd>
        <span className="flex min-w-0 items-center gap-2">
          <Link href={paths.flow(place, flow.id)} prefetch={false} className="min-w-0 font-medium hover:underline">
            <Cut text={flow.name} />
          </Link>
          <span className="hidden lg:inline">
            <Tags tags={flow.tags} most={2} />
          </span>
        </span>
      </NameTd>
      <Td className="text-muted">
        {flow.lastRun && when ? (
          <Link
            href={paths.run(place, flow.lastRun.id)}
            prefetch={false}
            className="inline-flex items-center gap-2 whitespace-nowrap hover:text-fg"
          >
            <StateIcon type={flow.lastRun.stateType} name={flow.lastRun.stateName} />
            <Time iso={when} />
          </Link>
        ) : (
          'Never'
        )}
      </Td>
      <Td className="hidden text-muted md:table-cell">{next ? <Time iso={next} /> : '–'}</Td>
      <Td className="hidden text-right text-muted tabular-nums sm:table-cell">{flow.deploymentCount}</Td>
      <Td className="hidden w-44 sm:table-cell">
        <RunBars runs={flow.recentRuns} />
      </Td>
    </Tr>
  );
}
