'use client';

import { useMemo } from 'react';
import { isTerminal } from '@headgate/contracts';
import type { RunWholeFragment } from '@/generated/graphql';
import { RunArtifacts } from '@/features/artifacts/run-artifacts';
import { LogPanel } from '@/features/logs/log-panel';
import { TaskTimeline } from '@/features/task-runs/task-timeline';
import { useTaskRuns } from '@/features/task-runs/use-task-runs';
import { useAddressQuery, useChoiceInAddress, useReadInAddress } from '@/lib/address-query';
import { readId } from '@/lib/address-values';
import { plural } from '@/lib/format';
import { Card, CardHeader } from '@/ui/card';
import { JsonView } from '@/ui/json-view';
import { TabPanel, Tabs } from '@/ui/tabs';
import { restsOf } from '@/features/runs/attempts';
import { RunAside } from '@/features/runs/run-aside';
import { RunDetails } from './run-details';
import { SubflowRuns } from './subflow-runs';

const tabs = ['logs', 'subflows', 'artifacts', 'parameters'] as const;

export function RunBody({ run }: { run: RunWholeFragment }) {
  const [, change] = useAddressQuery();
  const [selected] = useReadInAddress('task', readId);
  const [tab, setTab] = useChoiceInAddress('tab', tabs);
  const { taskRuns, error } = useTaskRuns(run.id);
  const taskNames = useMemo(() => new Map(taskRuns?.map((task) => [task.id, task.name])), [taskRuns]);
  const task = selected ? { id: selected, name: taskNames.get(selected) ?? 'task run' } : null;
  const select = (id: string | null) => change(id ? { task: id, tab: null } : { task: null }, 'step');
  const rests = useMemo(() => restsOf(run.states), [run.states]);
  const of = useMemo(() => ({ flowRunId: run.id }), [run.id]);
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_19rem]">
      <div className="min-w-0 space-y-5">
        <Card className="overflow-hidden">
          <CardHeader title="Timeline" hint={plural(Math.max(run.taskRunCount, taskRuns?.length ?? 0), 'task run')} />
          <TaskTimeline
            taskRuns={taskRuns}
            error={error}
            runStart={run.startTime}
            rests={rests}
            selected={selected}
            onSelect={select}
          />
        </Card>
        <Tabs
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'logs', label: 'Logs' },
            { value: 'subflows', label: 'Subflow runs' },
            { value: 'artifacts', label: 'Artifacts' },
            { value: 'parameters', label: 'Parameters' },
          ]}
        >
          <TabPanel value="logs">
            <LogPanel
              of={of}
              fileName={run.name}
              task={task}
              onClearTask={() => select(null)}
              taskNames={taskNames}
              live={!isTerminal(run.stateType)}
            />
          </TabPanel>
          <TabPanel value="subflows">
            <SubflowRuns id={run.id} stateId={run.state?.id} />
          </TabPanel>
          <TabPanel value="artifacts">
            <RunArtifacts flowRunId={run.id} stateId={run.state?.id} live={!isTerminal(run.stateType)} />
          </TabPanel>
          <TabPanel value="parameters">
            <JsonView value={run.parameters} label="Copy the parameters" />
          </TabPanel>
        </Tabs>
      </div>
      <RunAside states={run.states}>
        <RunDetails run={run} />
      </RunAside>
    </div>
  );
}
