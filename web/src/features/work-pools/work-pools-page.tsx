'use client';

import type { ReactNode } from 'react';
import Link from 'next/link';
import { Server } from 'lucide-react';
import { PageBody, PageHeader } from '@/ui/page';
import { useAddressQuery } from '@/lib/address-query';
import { readText } from '@/lib/address-values';
import { usePageTitle } from '@/lib/page-title';
import { paths } from '@/lib/paths';
import { useHere } from '@/lib/session/here';
import { sayError } from '@/lib/say-error';
import { Card } from '@/ui/card';
import { EmptyState, ErrorState } from '@/ui/empty-state';
import { NoSuchPlace } from '@/ui/no-such-place';
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
  const { place } = useHere();
  const { pools, error, reload } = usePools();
  const [query] = useAddressQuery();
  const named = readText(query.get('pool'));
  const shown = named ? pools?.filter((pool) => pool.name === named || pool.id === named) : pools;
  const forsaken = new Set(useForsaken(pools).map((pool) => pool.id));
  if (named && shown?.length === 0) return <NoSuchPlace />;
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
          {shown?.map((pool) => (
            <PoolCard key={pool.id} pool={pool} runsWait={forsaken.has(pool.id)} />
          ))}
          {named && (
            <Link href={paths.workPools(place)} prefetch={false} className="text-sm text-accent underline">
              All work pools
            </Link>
          )}
        </div>
      )}
    </PageBody>
  );
}
