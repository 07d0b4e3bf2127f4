'use client';

import {
  DeploymentDocument,
  DeploymentsChangedDocument,
  RunsChangedDocument,
  type DeploymentWholeFragment,
} from '@/generated/graphql';
import { LoadFailure } from '@/ui/load-failure';
import { PageBody, PageHeader } from '@/ui/page';
import { PageSkeleton } from '@/ui/page-skeleton';
import { useAddressId, useHere } from '@/lib/session/here';
import { useReloadOn } from '@/lib/live/use-reload-on';
import { useThing } from '@/lib/live/use-thing';
import { useChoiceInAddress } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { Card, CardHeader } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';
import { JsonView } from '@/ui/json-view';
import { Markdown } from '@/ui/markdown/markdown';
import { plainLine } from '@/ui/plain-line';
import { TabPanel, Tabs } from '@/ui/tabs';
import { FileText } from 'lucide-react';
import { DeploymentFacts } from './deployment-facts';
import { DeploymentRuns } from './deployment-runs';
import { DeploymentToolbar } from './deployment-toolbar';
import { ParameterTable } from './parameter-table';
import { Schedules } from './schedules';
import { UpcomingRuns } from './upcoming-runs';

export function DeploymentPage() {
  const id = useAddressId();
  return <OneDeployment key={id} id={id} />;
}

function OneDeployment({ id }: { id: string }) {
  const { workspaceId, place } = useHere();
  const { data, error, reload } = useThing(DeploymentDocument, { workspaceId, id });
  useReloadOn(DeploymentsChangedDocument, ({ deploymentsChanged }) => deploymentsChanged.id === id, reload);
  useReloadOn(RunsChangedDocument, ({ flowRunsChanged }) => flowRunsChanged.deployment?.id === id, reload);
  const deployment = data?.deployment;
  usePageTitle(deployment?.name, 'Deployments');
  if (!deployment) return error ? <LoadFailure error={error} onRetry={reload} /> : <PageSkeleton />;
  return (
    <PageBody>
      <PageHeader
        crumbs={[{ label: deployment.flow.name, href: paths.flow(place, deployment.flow.id) }]}
        title={deployment.name}
        lead={deployment.description && plainLine(deployment.description)}
        actions={<DeploymentToolbar deployment={deployment} />}
      />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_21rem]">
        <DeploymentTabs deployment={deployment} />
        <div className="space-y-5">
          <Schedules deployment={deployment} />
          <Card>
            <CardHeader title="Details" />
            <div className="p-4">
              <DeploymentFacts deployment={deployment} />
            </div>
          </Card>
        </div>
      </div>
    </PageBody>
  );
}

const tabs = ['runs', 'upcoming', 'parameters', 'description'] as const;

function DeploymentTabs({ deployment }: { deployment: DeploymentWholeFragment }) {
  const [tab, setTab] = useChoiceInAddress('tab', tabs);
  return (
    <Tabs
      value={tab}
      onChange={setTab}
      className="min-w-0"
      tabs={[
        { value: 'runs', label: 'Runs' },
        { value: 'upcoming', label: 'Upcoming' },
        { value: 'parameters', label: 'Parameters' },
        { value: 'description', label: 'Description' },
      ]}
    >
      <TabPanel value="runs">
        <DeploymentRuns id={deployment.id} />
      </TabPanel>
      <TabPanel value="upcoming">
        <UpcomingRuns deploymentId={deployment.id} runs={deployment.upcomingRuns} paused={deployment.paused} />
      </TabPanel>
      <TabPanel value="parameters" className="space-y-4">
        <ParameterTable deployment={deployment} />
        <JsonView value={deployment.parameters} label="Copy the parameters" />
      </TabPanel>
      <TabPanel value="description">
        <Card>
          {deployment.description ? (
            <Markdown text={deployment.description} className="p-4" />
          ) : (
            <EmptyState icon={<FileText />} title="No description">
              The description given in code is shown here.
            </EmptyState>
          )}
        </Card>
      </TabPanel>
    </Tabs>
  );
}
