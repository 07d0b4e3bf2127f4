'use client';

import { stateTypes } from '@headgate/contracts';
import { useQuery } from 'urql';
import { RunFilterChoicesDocument } from '@/generated/graphql';
import { useHere } from '@/lib/session/here';
import { Button } from '@/ui/button';
import { SearchInput } from '@/ui/input';
import { MultiSelect, type Choice } from '@/ui/multi-select';
import { Select } from '@/ui/select';
import { changeList, useTextInAddress, type ChangeQuery } from '@/lib/address-query';
import { isFiltered, sorts, usualSort, type RunFilter } from './run-filter';
import { RangeFilter } from './range-filter';
import { StateIcon } from '@/ui/state-badge';
import { stateWord } from '@/ui/state-look';
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
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <NameSearch />
      <Several name="state" label="State" choices={stateChoices} value={filter.states} change={change} />
      <Several name="flow" label="Flow" choices={choices.flows} value={filter.flows} change={change} />
      <Several
        name="deployment"
        label="Deployment"
        choices={choices.deployments}
        value={filter.deployments}
        change={change}
      />
      <Several name="pool" label="Work pool" choices={choices.pools} value={filter.pools} change={change} />
      <TagFilter value={filter.tags} onChange={(make) => changeList(change, 'tag', make)} />
      <RangeFilter filter={filter} change={change} />
      {isFiltered(filter) && (
        <Button variant="ghost" onClick={onClear}>
          Clear
        </Button>
      )}
    </div>
  );
}

type SeveralProps = { name: string; label: string; choices: Choice[]; value: string[]; change: ChangeQuery };

/** A filter of several values, which stand in the address under a name. */
const Several = ({ name, label, choices, value, change }: SeveralProps) => (
  <MultiSelect
    label={label}
    choices={choices}
    value={value}
    onChange={(make) => changeList(change, name, make)}
    summary={summary(choices, value)}
  />
);

/** Stands apart from the filters: with them it would not go on one line. */
export const RunOrder = ({ filter, change }: Pick<Props, 'filter' | 'change'>) => (
  <Select
    className="w-36"
    aria-label="Order"
    value={filter.sort}
    onChange={(sort) => change({ sort: sort === usualSort(filter.range) ? null : sort })}
    options={sortOptions}
  />
);

const summary = (choices: Choice[], value: string[]) =>
  value.length === 1 ? choices.find((choice) => choice.value === value[0])?.label : undefined;

/** As they are read: those of one flow stand together. */
const byLabel = <Each extends { label: string }>(choices: Each[]): Each[] =>
  choices.toSorted((a, b) => a.label.localeCompare(b.label));

function useChoices() {
  const { workspaceId } = useHere();
  const [{ data }] = useQuery({
    query: RunFilterChoicesDocument,
    variables: { workspaceId },
    requestPolicy: 'cache-and-network',
  });
  return {
    flows: (data?.flows.nodes ?? []).map((flow) => ({ value: flow.id, label: flow.name })),
    deployments: byLabel((data?.deployments.nodes ?? []).map((one) => ({ value: one.id, label: one.fullName }))),
    pools: (data?.workPools.nodes ?? []).map((pool) => ({ value: pool.name, label: pool.name })),
  };
}

/** The address and the list follow when typing pauses. */
function NameSearch() {
  const { text, setText } = useTextInAddress('q');
  return <SearchInput value={text} onChange={setText} placeholder="Search by run name" className="w-full sm:w-60" />;
}
