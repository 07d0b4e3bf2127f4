'use client';

import { useEffect } from 'react';
import { Server } from 'lucide-react';
import { useQuery } from 'urql';
import { WorkPoolsDocument } from '@/generated/graphql';
import { ConnectButton } from '@/features/home/connect-button';
import { PageBody, PageHeader } from '@/features/shell/page';
import { useHere } from '@/features/shell/workspace-context';
import { usePageTitle } from '@/lib/page-title';
import { sayError } from '@/lib/say-error';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { SkeletonRows } from '@/ui/skeleton';
import { PoolCard } from './pool-card';

/** Milliseconds between two looks at who is there; presence has no subscription. */
const lookAgain = 5000;

export function WorkPoolsPage() {
  usePageTitle('Work pools');
  const { workspaceId } = useHere();
  const [{ data, error }, reload] = useQuery({
    query: WorkPoolsDocument,
    variables: { workspaceId },
    requestPolicy: 'cache-and-network',
  });
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload({ requestPolicy: 'network-only' }), lookAgain);
    return () => clearInterval(timer);
  }, [reload]);
  const pools = data?.workPools;
  return (
    <PageBody>
      <PageHeader
        title="Work pools"
        lead="Where runs wait for the machines that execute them."
        actions={<ConnectButton />}
      />
      {error && !pools ? (
        <Card>
          <ErrorState message={sayError(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
        </Card>
      ) : !pools ? (
        <Card>
          <SkeletonRows rows={3} />
        </Card>
      ) : pools.length === 0 ? (
        <Card>
          <EmptyState icon={<Server />} title="No work pools yet" action={<ConnectButton primary />}>
            A pool appears when the first agent or worker connects to it.
          </EmptyState>
        </Card>
      ) : (
        <div className="space-y-4">
          {pools.map((pool) => (
            <PoolCard key={pool.id} pool={pool} />
          ))}
        </div>
      )}
    </PageBody>
  );
}
