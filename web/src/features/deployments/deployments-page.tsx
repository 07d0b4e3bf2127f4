'use client';

import { SearchX } from 'lucide-react';
import { PageBody, PageHeader } from '@/ui/page';
import { useTextInAddress } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { EmptyState } from '@/ui/empty-state';
import { SearchInput } from '@/ui/input';
import { DeploymentList } from './deployment-list';

export function DeploymentsPage() {
  usePageTitle('Deployments');
  const { text, setText, settled: search } = useTextInAddress('q');
  const nothing = search ? <EmptyState icon={<SearchX />} title="No deployment carries this name" /> : undefined;
  return (
    <PageBody>
      <PageHeader title="Deployments" />
      <div className="mb-4 flex">
        <SearchInput
          value={text}
          onChange={setText}
          placeholder="Search by deployment or flow"
          className="w-full sm:w-72"
        />
      </div>
      <DeploymentList filter={{ search: search || null }} empty={nothing} />
    </PageBody>
  );
}
