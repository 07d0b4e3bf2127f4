import { describe, expect, test } from 'vitest';
import type { RunRowFragment } from '@/generated/graphql';
import { mergeRuns } from './merge-runs';
import { isFiltered, matches, readRunFilter, toFilterInput } from './run-filter';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();

const run = (id: string, more: Partial<RunRowFragment> = {}): RunRowFragment => ({
  id,
  name: `run-${id}`,
  flowId: 'f1',
  flow: { id: 'f1', name: 'etl' },
  deployment: null,
  state: null,
  stateType: 'RUNNING',
  stateName: 'Running',
  tags: [],
  runCount: 1,
  created: minutesAgo(10),
  expectedStartTime: minutesAgo(10),
  nextScheduledStartTime: null,
  startTime: null,
  endTime: null,
  totalRunTimeSeconds: 0,
  estimatedRunTimeSeconds: 0,
  autoScheduled: false,
  workPoolName: null,
  workQueueName: null,
  parentTaskRunId: null,
  ...more,
});

const [flowId, deploymentId] = ['0199a0e5-0000-7000-8000-0000000000f1', '0199a0e5-0000-7000-8000-0000000000d1'];
const filterOf = (query: string) => readRunFilter(new URLSearchParams(query));
const list = (runs: RunRowFragment[], query = '', hasMore = false) => ({
  runs,
  filter: filterOf(query),
  hasMore,
  nowMs,
});
const ids = (runs: RunRowFragment[]) => runs.map((one) => one.id).join(' ');

test('up to now holds what was made this instant, and nothing that is yet to come', () => {
  const due = (seconds: number) => run('a', { stateType: 'SCHEDULED', expectedStartTime: minutesAgo(-seconds / 60) });
  for (const query of ['', 'range=1h', 'range=30d']) {
    const { until } = toFilterInput(filterOf(query), nowMs);
    for (const [seconds, belongs] of [
      [0, true],
      [1, true],
      [2, false],
      [30, false],
      [59, false],
    ] as const) {
      expect([seconds, matches(due(seconds), filterOf(query), nowMs)]).toEqual([seconds, belongs]);
      expect(Date.parse(minutesAgo(-seconds / 60)) < Date.parse(until!)).toBe(belongs);
    }
  }
});

describe('a run that changed', () => {
  test('is replaced where it stands', () => {
    const merged = mergeRuns(list([run('a'), run('b')]), [run('b', { stateType: 'COMPLETED' })]);
    expect(merged.map((one) => one.stateType)).toEqual(['RUNNING', 'COMPLETED']);
  });

  test('leaves a list it no longer belongs to', () => {
    expect(ids(mergeRuns(list([run('a'), run('b')], 'state=RUNNING'), [run('a', { stateType: 'FAILED' })]))).toBe('b');
  });

  test('enters where it sorts', () => {
    const runs = [run('c', { expectedStartTime: minutesAgo(1) }), run('a', { expectedStartTime: minutesAgo(9) })];
    expect(ids(mergeRuns(list(runs), [run('b', { expectedStartTime: minutesAgo(5) })]))).toBe('c b a');
    expect(ids(mergeRuns(list([run('a'), run('c')], 'sort=NAME_ASC'), [run('b')]))).toBe('a b c');
  });

  test('is left to the next page when it sorts behind an unfinished one', () => {
    const runs = [run('a', { expectedStartTime: minutesAgo(1) })];
    expect(ids(mergeRuns(list(runs, '', true), [run('z', { expectedStartTime: minutesAgo(60) })]))).toBe('a');
  });

  test('counts once when it changed twice', () => {
    const merged = mergeRuns(list([]), [run('a'), run('a', { stateType: 'FAILED' })]);
    expect(merged.map((one) => one.stateType)).toEqual(['FAILED']);
  });
});

describe('the filter of the address', () => {
  test('without anything shows what is not in the future', () => {
    const filter = filterOf('');
    expect(isFiltered(filter)).toBe(false);
    expect(toFilterInput(filter, nowMs)).toMatchObject({ stateTypes: null, search: null, since: null });
    expect(matches(run('a', { expectedStartTime: minutesAgo(-30) }), filter, nowMs)).toBe(false);
    expect(matches(run('a', { expectedStartTime: minutesAgo(-30) }), filterOf('range=upcoming'), nowMs)).toBe(true);
  });

  test('is told to the server', () => {
    const query = `q=x&state=FAILED,CRASHED,nonsense&flow=${flowId}&deployment=${deploymentId}&pool=p&tag=t&range=1h&subflows=hide`;
    expect(toFilterInput(filterOf(query), nowMs)).toEqual({
      search: 'x',
      stateTypes: ['FAILED', 'CRASHED'],
      flowIds: [flowId],
      deploymentIds: [deploymentId],
      workPoolNames: ['p'],
      tags: ['t'],
      hideSubflows: true,
      since: minutesAgo(60),
      until: minutesAgo(-1.5 / 60),
    });
  });

  test.each([
    ['q=RUN-A', {}],
    ['tag=x,y', { tags: ['y', 'x'] }],
    [`deployment=${deploymentId}`, { deployment: { id: deploymentId, name: 'd' } }],
    ['pool=p', { workPoolName: 'p' }],
    ['range=custom&from=2026-03-01T11:00:00Z&to=2026-03-01T11:55:00Z', {}],
  ])('%s lets such a run in', (query, more) => {
    expect(matches(run('a', more), filterOf(query), nowMs)).toBe(true);
  });

  test.each([
    ['q=other', {}],
    ['tag=x,y', { tags: ['x'] }],
    [`flow=${flowId}`, {}],
    [`deployment=${deploymentId}`, {}],
    ['subflows=hide', { parentTaskRunId: 't' }],
    ['range=custom&to=2026-03-01T11:45:00Z', {}],
  ])('%s keeps such a run out', (query, more) => {
    expect(matches(run('a', more), filterOf(query), nowMs)).toBe(false);
  });
});
