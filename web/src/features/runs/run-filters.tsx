'use client';

import { stateTypes } from '@headgate/contracts';
import { useQuery } from 'urql';
import { RunFilterChoicesDocument } from '@/generated/graphql';
import { useHere } from '@/features/shell/workspace-context';
import { Button } from '@/ui/button';
import { SearchInput } from '@/ui/input';
import { MultiSelect, type Choice } from '@/ui/multi-select';
import { Select } from '@/ui/select';
import { useTextInAddress, type ChangeQuery } from '@/lib/address-query';
import { isFiltered, sorts, type RunFilter } from './run-filter';
import { RangeFilter } from './range-filter';
import { StateIcon } from './state-badge';
import { stateWord } from './state-look';
import { TagFilter } from './tag-filter';

type Props = { filter: RunFilter; change: ChangeQuery; onClear: () => void };

const stateChoices: Choice[] = stateTypes.map((type) => ({
  value: type,
  label: stateWord(type),
  icon: <StateIcon type={type} />,
}));

const sortOptions = Object.entries(sorts).map(([value, label]) => ({ value, label }));

export function RunFilters({ filter, change, onClear }: Props) {
  const choices = useChoices();
  const many = (name: string) => (values: string[]) => change({ [name]: values.join(',') || null });
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <NameSearch />
      <MultiSelect
        label="State"
        choices={stateChoices}
        value={filter.states}
        onChange={many('state')}
        summary={summary(stateChoices, filter.states)}
      />
      <MultiSelect
        label="Flow"
        choices={choices.flows}
        value={filter.flows}
        onChange={many('flow')}
        summary={summary(choices.flows, filter.flows)}
      />
      <MultiSelect
        label="Deployment"
        choices={choices.deployments}
        value={filter.deployments}
        onChange={many('deployment')}
        summary={summary(choices.deployments, filter.deployments)}
      />
      <MultiSelect
        label="Work pool"
        choices={choices.pools}
        value={filter.pools}
        onChange={many('pool')}
        summary={summary(choices.pools, filter.pools)}
      />
      <TagFilter value={filter.tags} onChange={many('tag')} />
      <RangeFilter filter={filter} change={change} />
      {isFiltered(filter) && (
        <Button variant="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </div>
  );
}

/** Stands apart from the filters: with them it would not go on one line. */
export const RunOrder = ({ filter, change }: Pick<Props, 'filter' | 'change'>) => (
  <Select
    className="w-36"
    aria-label="Order"
    value={filter.sort}
    onChange={(sort) => change({ sort: sort === 'NEWEST' ? null : sort })}
    options={sortOptions}
  />
);

const summary = (choices: Choice[], value: string[]) =>
  value.length === 1 ? choices.find((choice) => choice.value === value[0])?.label : undefined;

function useChoices() {
  const { workspaceId } = useHere();
  const [{ data }] = useQuery({
    query: RunFilterChoicesDocument,
    variables: { workspaceId },
    requestPolicy: 'cache-and-network',
  });
  return {
    flows: (data?.flows.nodes ?? []).map((flow) => ({ value: flow.id, label: flow.name })),
    deployments: (data?.deployments.nodes ?? []).map((one) => ({ value: one.id, label: one.fullName })),
    pools: (data?.workPools ?? []).map((pool) => ({ value: pool.name, label: pool.name })),
  };
}

/** The address and the list follow when typing pauses. */
function NameSearch() {
  const { text, setText } = useTextInAddress('q');
  return <SearchInput value={text} onChange={setText} placeholder="Search by run name" className="w-full sm:w-60" />;
}
