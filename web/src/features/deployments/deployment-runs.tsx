'use client';

import { useMemo } from 'react';
import { Workflow } from 'lucide-react';
import { readRunFilter } from '@/features/runs/run-filter';
import { RunList } from '@/features/runs/run-list';
import { useRunList } from '@/features/runs/use-run-list';
import { Card } from '@/ui/card';
import { EmptyState } from '@/ui/empty-state';

export function DeploymentRuns({ id }: { id: string }) {
  const filter = useMemo(() => readRunFilter(new URLSearchParams({ deployment: id })), [id]);
  const list = useRunList(filter);
  return (
    <Card className="overflow-clip">
      <RunList
        list={list}
        skeletons={6}
        empty={
          <EmptyState icon={<Workflow />} title="This deployment has not run yet">
            Start it with the button above; its runs appear here as they happen.
          </EmptyState>
        }
      />
    </Card>
  );
}
