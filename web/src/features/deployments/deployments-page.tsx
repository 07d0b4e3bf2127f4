'use client';

import { SearchX } from 'lucide-react';
import type { DeploymentSortInput } from '@/generated/graphql';
import { PageBody, PageHeader } from '@/ui/page';
import { useChoiceInAddress, useTextInAddress } from '@/lib/address-query';
import { usePageTitle } from '@/lib/page-title';
import { EmptyState } from '@/ui/empty-state';
import { SearchInput } from '@/ui/input';
import { Select } from '@/ui/select';
import { DeploymentList } from './deployment-list';

const orders: { value: DeploymentSortInput; label: string }[] = [
  { value: 'FLOW_ASC', label: 'By flow' },
  { value: 'NAME_ASC', label: 'Name A–Z' },
  { value: 'NAME_DESC', label: 'Name Z–A' },
  { value: 'UPDATED_DESC', label: 'Updated last' },
  { value: 'STATUS', label: 'Not ready first' },
];
const sorts = orders.map(({ value }) => value);

export function DeploymentsPage() {
  usePageTitle('Deployments');
  const { text, setText, settled: search } = useTextInAddress('q');
  const [sort, setSort] = useChoiceInAddress('sort', sorts);
  const nothing = search ? <EmptyState icon={<SearchX />} title="No deployment carries this name" /> : undefined;
  return (
    <PageBody>
      <PageHeader
        title="Deployments"
        actions={<Select className="w-40" aria-label="Order" value={sort} onChange={setSort} options={orders} />}
      />
      <div className="mb-4 flex">
        <SearchInput
          value={text}
          onChange={setText}
          placeholder="Search by deployment or flow"
          className="w-full sm:w-72"
        />
      </div>
      <DeploymentList filter={{ search: search || null }} sort={sort} empty={nothing} />
    </PageBody>
  );
}
