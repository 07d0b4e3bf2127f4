'use client';

import Link from 'next/link';
import { Boxes, CirclePause } from 'lucide-react';
import type { DeploymentRowFragment, DeploymentSortInput } from '@/generated/graphql';
import { RunBars } from '@/features/runs/run-bars';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
import { Tag, Tags } from '@/ui/tag';
import { Time } from '@/ui/time';
import { statusWords } from './deployment-status';
import { RunNow } from './run-now';

type TableProps = { deployments: readonly DeploymentRowFragment[]; sort: DeploymentSortInput; ofOneFlow: boolean };

export const DeploymentTable = ({ deployments, sort, ofOneFlow }: TableProps) => (
  <Table>
    <thead>
      <tr>
        <Th>Deployment</Th>
        <Th className="hidden md:table-cell">Schedule</Th>
        <Th className="hidden lg:table-cell">Work pool</Th>
        <Th className="hidden 2xl:table-cell">Tags</Th>
        <Th className="hidden sm:table-cell">Recent runs</Th>
        <Th aria-label="Actions" />
      </tr>
    </thead>
    {sort === 'FLOW_ASC' ? (
      byFlow(deployments).map((ofFlow) => (
        <tbody key={ofFlow[0]!.id} className="border-b border-line last:border-0">
          <FlowHeading flow={ofFlow[0]!.flow} />
          {ofFlow.map((deployment) => (
            <DeploymentRow key={deployment.id} deployment={deployment} under={[]} />
          ))}
        </tbody>
      ))
    ) : (
      <tbody>
        {deployments.map((deployment) => (
          <DeploymentRow
            key={deployment.id}
            deployment={deployment}
            under={[...(ofOneFlow ? [] : ['flow' as const]), ...(sort === 'UPDATED_DESC' ? ['updated' as const] : [])]}
          />
        ))}
      </tbody>
    )}
  </Table>
);

/** Those that follow each other and are of one flow. */
function byFlow(deployments: readonly DeploymentRowFragment[]): DeploymentRowFragment[][] {
  const groups: DeploymentRowFragment[][] = [];
  for (const deployment of deployments) {
    const last = groups.at(-1);
    if (last?.[0]!.flow.id === deployment.flow.id) last.push(deployment);
    else groups.push([deployment]);
  }
  return groups;
}

function FlowHeading({ flow }: Pick<DeploymentRowFragment, 'flow'>) {
  const { place } = useHere();
  return (
    <tr>
      <th scope="rowgroup" colSpan={6} className="h-9 max-w-0 border-b border-line bg-sunken/60 px-4 text-left">
        <Link
          href={paths.flow(place, flow.id)}
          prefetch={false}
          className="inline-flex max-w-full items-center gap-1.5 text-xs font-medium text-muted hover:text-fg hover:underline"
        >
          <Boxes className="size-3.5 shrink-0 text-faint" aria-hidden />
          <Cut text={flow.name} />
        </Link>
      </th>
    </tr>
  );
}

type RowProps = { deployment: DeploymentRowFragment; under: readonly ('flow' | 'updated')[] };

/** `under`: what is said below the name, because the order goes by it, or nothing else on the page says it. */
function DeploymentRow({ deployment, under }: RowProps) {
  const { place } = useHere();
  return (
    <Tr>
      <NameTd className="h-14 max-md:py-2">
        <span className="flex items-center gap-2">
          <Link
            href={paths.deployment(place, deployment.id)}
            prefetch={false}
            className="min-w-0 font-medium hover:underline"
          >
            <Cut text={deployment.name} />
          </Link>
          <StatusTag deployment={deployment} />
        </span>
        {under.length > 0 && (
          <span className="flex min-w-0 gap-1.5 text-xs text-faint">
            {under.includes('flow') && <Cut text={deployment.flow.name} />}
            {under.includes('updated') && (
              <span className="shrink-0">
                updated <Time iso={deployment.updated} />
              </span>
            )}
          </span>
        )}
        <Narrow deployment={deployment} />
      </NameTd>
      <Td className="hidden max-w-64 text-muted md:table-cell">
        <ScheduleSummary deployment={deployment} />
      </Td>
      <Td className="hidden max-w-44 text-muted lg:table-cell">
        <Cut text={deployment.workPoolName ?? '–'} />
      </Td>
      <Td className="hidden 2xl:table-cell">
        <Tags tags={deployment.tags} most={2} />
      </Td>
      <Td className="hidden w-44 sm:table-cell">
        <RunBars runs={deployment.recentRuns} />
      </Td>
      <Td className="w-20 text-right">
        <RunNow deployment={deployment} />
      </Td>
    </Tr>
  );
}

/** What is ready is as it should be, and needs no words. */
function StatusTag({ deployment }: { deployment: DeploymentRowFragment }) {
  const { paused, status } = deployment;
  if (!paused && status === 'READY') return null;
  return (
    <span className="shrink-0" title={statusWords(deployment)}>
      {paused ? (
        <Tag className="border-pause/40 text-pause">
          <CirclePause className="-mt-0.5 mr-1 inline size-3" aria-hidden />
          paused
        </Tag>
      ) : (
        <Tag>not ready</Tag>
      )}
    </span>
  );
}

/** Where there is no room for columns: when it runs, and how it went. */
const Narrow = ({ deployment }: { deployment: DeploymentRowFragment }) => (
  <>
    {deployment.schedules.length > 0 && (
      <span className="block max-w-52 text-xs text-muted md:hidden">
        <ScheduleSummary deployment={deployment} />
      </span>
    )}
    <span className="mt-1 block w-44 sm:hidden">
      <RunBars runs={deployment.recentRuns} />
    </span>
  </>
);

function ScheduleSummary({ deployment }: { deployment: DeploymentRowFragment }) {
  const [first, ...others] = deployment.schedules.filter((schedule) => schedule.active);
  if (!first) return <span className="text-faint">{deployment.schedules.length > 0 ? 'Off' : '–'}</span>;
  return (
    <span className="block truncate" title={first.summary}>
      {first.summary}
      {others.length > 0 && <span className="text-faint"> +{others.length}</span>}
    </span>
  );
}
