'use client';

import { useMemo } from 'react';
import { isTerminal } from '@headgate/contracts';
import type { TaskRunWholeFragment } from '@/generated/graphql';
import { TaskRunArtifacts } from '@/features/artifacts/run-artifacts';
import { LogPanel } from '@/features/logs/log-panel';
import { RunAside } from '@/features/runs/run-aside';
import { StateBadge } from '@/ui/state-badge';
import { stateWord } from '@/ui/state-look';
import { LoadFailure } from '@/ui/load-failure';
import { PageBody, PageHeader } from '@/ui/page';
import { PageSkeleton } from '@/ui/page-skeleton';
import { useAddressId, useHere } from '@/lib/session/here';
import { useChoiceInAddress } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { TabPanel, Tabs } from '@/ui/tabs';
import { TaskRunDetails } from './task-run-details';
import { TaskRunFacts } from './task-run-facts';
import { TaskRunInputs } from './task-run-inputs';
import { useTaskRun } from './use-task-run';

export function TaskRunPage() {
  const id = useAddressId();
  return <OneTaskRun key={id} id={id} />;
}

function OneTaskRun({ id }: { id: string }) {
  const { place } = useHere();
  const { run, error, reload } = useTaskRun(id);
  usePageTitle(
    run && `${run.name} ${stateWord(run.stateType, run.stateName).toLowerCase()}`,
    run?.flowRun?.name,
    'Runs',
  );
  if (!run) return error ? <LoadFailure error={error} onRetry={reload} /> : <PageSkeleton />;
  const { flowRun } = run;
  const crumbs = flowRun
    ? [
        ...(flowRun.flow ? [{ label: flowRun.flow.name, href: paths.flow(place, flowRun.flow.id) }] : []),
        { label: flowRun.name, href: paths.run(place, flowRun.id) },
      ]
    : [{ label: 'Runs', href: paths.runs(place) }];
  return (
    <PageBody>
      <PageHeader
        crumbs={crumbs}
        title={run.name}
        badge={<StateBadge type={run.stateType} name={run.stateName} />}
        lead={<TaskRunFacts run={run} />}
      />
      <TaskRunBody run={run} />
    </PageBody>
  );
}

const tabs = ['logs', 'inputs', 'artifacts'] as const;

function TaskRunBody({ run }: { run: TaskRunWholeFragment }) {
  const [tab, setTab] = useChoiceInAddress('tab', tabs);
  const of = useMemo(() => ({ taskRunId: run.id }), [run.id]);
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_19rem]">
      <Tabs
        value={tab}
        onChange={setTab}
        className="min-w-0"
        tabs={[
          { value: 'logs', label: 'Logs' },
          { value: 'inputs', label: 'Inputs' },
          { value: 'artifacts', label: 'Artifacts' },
        ]}
      >
        <TabPanel value="logs">
          <LogPanel of={of} fileName={run.name} live={!isTerminal(run.stateType)} />
        </TabPanel>
        <TabPanel value="inputs">
          <TaskRunInputs inputs={run.inputs} />
        </TabPanel>
        <TabPanel value="artifacts">
          <TaskRunArtifacts taskRunId={run.id} stateId={run.state?.id} live={!isTerminal(run.stateType)} />
        </TabPanel>
      </Tabs>
      <RunAside states={run.states}>
        <TaskRunDetails run={run} />
      </RunAside>
    </div>
  );
}
