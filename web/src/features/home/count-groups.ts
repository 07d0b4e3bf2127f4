import type { StateType } from '@/generated/graphql';

/** The groups that the overview counts, in the order of their tiles. */
export const groups: { label: string; states: StateType[] }[] = [
  { label: 'Completed', states: ['COMPLETED'] },
  { label: 'Failed or crashed', states: ['FAILED', 'CRASHED'] },
  { label: 'Running', states: ['RUNNING', 'PENDING', 'CANCELLING'] },
  { label: 'Due or paused', states: ['SCHEDULED', 'PAUSED'] },
  { label: 'Cancelled', states: ['CANCELLED'] },
];

type Count = { stateType: StateType; count: number };

/** How many runs each group has, and how many there are. */
export function countGroups(counts: readonly Count[]): { total: number; each: number[] } {
  const of = (state: StateType) =>
    counts.filter((one) => one.stateType === state).reduce((sum, one) => sum + one.count, 0);
  const each = groups.map((group) => group.states.reduce((sum, state) => sum + of(state), 0));
  return { total: each.reduce((sum, count) => sum + count, 0), each };
}
