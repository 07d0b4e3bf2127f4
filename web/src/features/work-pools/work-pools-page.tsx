'use client';

import type { ReactNode } from 'react';
import { Server } from 'lucide-react';
import { PageBody, PageHeader } from '@/ui/page';
import { usePageTitle } from '@/lib/page-title';
import { sayError } from '@/lib/say-error';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SkeletonRows } from '@/ui/skeleton';
import { PoolCard } from './pool-card';
import { useForsaken, usePools } from './use-pools';

type Props = {
  /** Opens the commands that connect a machine. */
  connect: ReactNode;
  /** The same, where there is no pool yet. */
  begin: ReactNode;
};

export function WorkPoolsPage({ connect, begin }: Props) {
  usePageTitle('Work pools');
  const { pools, error, reload } = usePools();
  const forsaken = new Set(useForsaken(pools).map((pool) => pool.id));
  return (
    <PageBody>
      <PageHeader title="Work pools" lead="Where runs wait for the machines that execute them." actions={connect} />
      {error && !pools ? (
        <Card>
          <ErrorState message={sayError(error)} onRetry={reload} />
        </Card>
      ) : !pools ? (
        <Card>
          <SkeletonRows rows={3} />
        </Card>
      ) : pools.length === 0 ? (
        <Card>
          <EmptyState icon={<Server />} title="No work pools yet" action={begin}>
            A pool appears when the first agent or worker connects to it.
          </EmptyState>
        </Card>
      ) : (
        <div className="space-y-4">
          {pools.map((pool) => (
            <PoolCard key={pool.id} pool={pool} runsWait={forsaken.has(pool.id)} />
          ))}
        </div>
      )}
    </PageBody>
  );
}
