'use client';

import { useState, type ReactNode } from 'react';
import Link from 'next/link';
import { CirclePause, Play, Rocket } from 'lucide-react';
import { toast } from 'sonner';
import { useClient } from 'urql';
import {
  DeploymentDocument,
  DeploymentsChangedDocument,
  DeploymentsDocument,
  type DeploymentFilterInput,
  type DeploymentRowFragment,
} from '@/generated/graphql';
import { RunBars } from '@/features/runs/run-bars';
import { followWithRuns } from '@/lib/live/follow-with-runs';
import { pagesOf, useLiveList } from '@/lib/live/use-live-list';
import { useHere } from '@/lib/session/here';
import { paths } from '@/lib/paths';
import { sayError } from '@/lib/say-error';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { LoadMore } from '@/ui/load-more';
import { SkeletonRows } from '@/ui/skeleton';
import { Cut, NameTd, Table, Td, Th, Tr } from '@/ui/table';
import { Tag, Tags } from '@/ui/tag';
import { CustomRunDialog, missesParameters, type RunnableDeployment } from './custom-run-dialog';
import { useStartRun } from './use-start-run';

type Props = { filter: DeploymentFilterInput; empty?: ReactNode };

export function DeploymentList({ filter, empty = <NoDeployments /> }: Props) {
  const list = useDeployments(filter);
  return (
    <Card className="overflow-hidden">
      {list.error && !list.nodes ? (
        <ErrorState message={list.error} onRetry={list.reload} />
      ) : !list.nodes ? (
        <SkeletonRows rows={8} className="h-14" />
      ) : list.nodes.length === 0 ? (
        empty
      ) : (
        <DeploymentTable deployments={list.nodes} />
      )}
      <LoadMore hasMore={list.hasMore} loading={list.status === 'more'} onMore={list.loadMore} />
    </Card>
  );
}

function useDeployments(filter: DeploymentFilterInput) {
  const { workspaceId } = useHere();
  return useLiveList<DeploymentRowFragment>(JSON.stringify(['deployments', workspaceId, filter]), (client) => ({
    pageSize: 50,
    load: pagesOf(
      client,
      DeploymentsDocument,
      (after, first) => ({ workspaceId, filter, first, after }),
      (data) => data.deployments,
    ),
    follow: (_, again) =>
      followWithRuns(client, DeploymentsChangedDocument, workspaceId, again, (run) => run.deployment !== null),
  }));
}

const DeploymentTable = ({ deployments }: { deployments: readonly DeploymentRowFragment[] }) => (
  <Table>
    <thead>
      <tr>
        <Th>Deployment</Th>
        <Th className="hidden md:table-cell">Schedule</Th>
        <Th className="hidden lg:table-cell">Work pool</Th>
        <Th className="hidden xl:table-cell">Tags</Th>
        <Th className="hidden sm:table-cell">Recent runs</Th>
        <Th aria-label="Actions" />
      </tr>
    </thead>
    <tbody>
      {deployments.map((deployment) => (
        <DeploymentRow key={deployment.id} deployment={deployment} />
      ))}
    </tbody>
  </Table>
);

function DeploymentRow({ deployment }: { deployment: DeploymentRowFragment }) {
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
          {deployment.paused && (
            <Tag className="shrink-0 border-pause/40 text-pause">
              <CirclePause className="-mt-0.5 mr-1 inline size-3" aria-hidden />
              paused
            </Tag>
          )}
        </span>
        <Cut text={deployment.flow.name} className="text-xs text-faint" />
        <Narrow deployment={deployment} />
      </NameTd>
      <Td className="hidden max-w-64 text-muted md:table-cell">
        <ScheduleSummary deployment={deployment} />
      </Td>
      <Td className="hidden max-w-44 text-muted lg:table-cell">
        <Cut text={deployment.workPoolName ?? '–'} />
      </Td>
      <Td className="hidden xl:table-cell">
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

/** Starts a run, and asks first for the values that it needs and the deployment does not bring. */
function RunNow({ deployment }: { deployment: DeploymentRowFragment }) {
  const { workspaceId } = useHere();
  const client = useClient();
  const { start, fetching } = useStartRun();
  const [asked, ask] = useState<RunnableDeployment | null>(null);
  const [looking, setLooking] = useState(false);
  const run = async () => {
    setLooking(true);
    const variables = { workspaceId, id: deployment.id };
    const { data, error } = await client
      .query(DeploymentDocument, variables, { requestPolicy: 'network-only' })
      .toPromise();
    setLooking(false);
    if (!data) return void toast.error(error ? sayError(error) : 'The deployment could not be read.');
    if (missesParameters(data.deployment)) ask(data.deployment);
    else await start({ deploymentId: deployment.id });
  };
  return (
    <>
      <Button
        size="sm"
        icon={<Play />}
        loading={looking || fetching}
        aria-label={`Run ${deployment.name} now`}
        onClick={() => void run()}
      >
        Run
      </Button>
      {asked && <CustomRunDialog open deployment={asked} onOpenChange={() => ask(null)} />}
    </>
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

const NoDeployments = () => (
  <EmptyState icon={<Rocket />} title="No deployments yet">
    A deployment is a flow that can be started from here, on a schedule, or by another program. Make one with{' '}
    <code className="font-mono text-xs">.deploy()</code> or <code className="font-mono text-xs">.serve()</code> in your
    code.
  </EmptyState>
);
