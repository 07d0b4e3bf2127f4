'use client';

import { useMemo } from 'react';
import Link from 'next/link';
import { Workflow } from 'lucide-react';
import { FlowDocument, FlowsChangedDocument, RunsChangedDocument } from '@/generated/graphql';
import { DeploymentList } from '@/features/deployments/deployment-list';
import { RunBars } from '@/features/runs/run-bars';
import { readRunFilter } from '@/features/runs/run-filter';
import { RunList } from '@/features/runs/run-list';
import { useRunList } from '@/features/runs/use-run-list';
import { LoadFailure } from '@/ui/load-failure';
import { PageBody, PageHeader } from '@/ui/page';
import { PageSkeleton } from '@/ui/page-skeleton';
import { useAddressId, useHere } from '@/lib/session/here';
import { useReloadOn } from '@/lib/live/use-reload-on';
import { useThing } from '@/lib/live/use-thing';
import { useChoiceInAddress } from '@/lib/address-query';
import { plural } from '@/lib/format';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { buttonClass } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';
import { TabPanel, Tabs } from '@/ui/tabs';
import { Tags } from '@/ui/tag';
import { Time } from '@/ui/time';

export function FlowPage() {
  const id = useAddressId();
  return <OneFlow key={id} id={id} />;
}

const tabs = ['runs', 'deployments'] as const;

function OneFlow({ id }: { id: string }) {
  const { workspaceId, place } = useHere();
  const [tab, setTab] = useChoiceInAddress('tab', tabs);
  const { data, error, reload } = useThing(FlowDocument, { workspaceId, id });
  useReloadOn(FlowsChangedDocument, ({ flowsChanged }) => flowsChanged.id === id, reload);
  useReloadOn(RunsChangedDocument, ({ flowRunsChanged }) => flowRunsChanged.flowId === id, reload);
  const flow = data?.flow;
  usePageTitle(flow?.name, 'Flows');
  if (!flow) return error ? <LoadFailure error={error} onRetry={reload} /> : <PageSkeleton />;
  return (
    <PageBody>
      <PageHeader
        crumbs={[{ label: 'Flows', href: paths.flows(place) }]}
        title={flow.name}
        lead={
          <span className="flex flex-wrap items-center gap-3">
            {plural(flow.deploymentCount, 'deployment')}
            <span>
              first seen <Time iso={flow.created} />
            </span>
            <Tags tags={flow.tags} />
          </span>
        }
        actions={<RunBars runs={flow.recentRuns} />}
      />
      <Tabs
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'runs', label: 'Runs' },
          { value: 'deployments', label: 'Deployments', count: flow.deploymentCount },
        ]}
      >
        <TabPanel value="runs">
          <FlowRuns id={id} />
        </TabPanel>
        <TabPanel value="deployments">
          <DeploymentList filter={{ flowId: id }} sort="NAME_ASC" ofOneFlow />
        </TabPanel>
      </Tabs>
    </PageBody>
  );
}

function FlowRuns({ id }: { id: string }) {
  const { place } = useHere();
  const filter = useMemo(() => readRunFilter(new URLSearchParams({ flow: id })), [id]);
  const list = useRunList(filter);
  return (
    <>
      <div className="mb-3 flex justify-end">
        <Link href={paths.runs(place, { flow: [id] })} prefetch={false} className={buttonClass({ size: 'sm' })}>
          Filter these runs
        </Link>
      </div>
      <Card className="overflow-clip">
        <RunList
          list={list}
          empty={
            <EmptyState icon={<Workflow />} title="This flow has not run yet">
              Its runs appear here as they happen.
            </EmptyState>
          }
        />
      </Card>
    </>
  );
}
