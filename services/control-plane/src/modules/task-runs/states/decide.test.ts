import { describe, expect, test } from 'vitest';
import { stateTypes, type StateJson, type StateType } from '@headgate/contracts';
import { answer, facts, now, state } from '../../../../test/task-facts.js';
import { propose, type ProposedInput } from '../../runs/index.js';
import { columnsAfter, freshColumns, toState } from './columns.js';
import { decide } from './decide.js';
import { emptyTaskPolicy } from './facts.js';
import { policyFor, type TaskPolicyName } from './policy.js';

/** What becomes of a plain proposal: `+` written as proposed, `+Name` written under another name, `abort`. */
function outcome(from: StateType | null, to: StateType, policy: TaskPolicyName): string {
  const verdict = answer(facts(from && state(from)), { type: to }, policy);
  if (verdict.kind !== 'write') return verdict.kind;
  const { type, name } = verdict.draft.proposed;
  expect(type).toBe(to);
  return name === propose({ type: to }, now).name ? '+' : `+${name}`;
}

const columns: StateType[] = [
  ...(['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED'] as const),
  ...(['CANCELLED', 'CRASHED', 'PAUSED', 'CANCELLING'] as const),
];
const all = '+ + + + + + + + +';
const ended = '+ + + + + + abort abort abort';

// Read a row: from this state, to SCHEDULED PENDING RUNNING COMPLETED FAILED CANCELLED CRASHED PAUSED CANCELLING. As a
// server of the reference (3.8.8) answered.
const tables: Record<TaskPolicyName, Record<StateType | 'null', string>> = {
  core: {
    null: all,
    SCHEDULED: all,
    PENDING: all,
    RUNNING: '+ + +Rerunning + + + + + +',
    COMPLETED: ended,
    FAILED: ended,
    CANCELLED: ended,
    CRASHED: ended,
    PAUSED: all,
    CANCELLING: all,
  },
  background: {
    null: all,
    SCHEDULED: all,
    PENDING: '+ abort + + + + + + +',
    RUNNING: '+ abort +Rerunning + + + + + +',
    COMPLETED: ended,
    FAILED: ended,
    CANCELLED: '+ abort + + + + abort abort abort',
    CRASHED: ended,
    PAUSED: all,
    CANCELLING: '+ abort + + + + + + +',
  },
  forced: Object.fromEntries(['null', ...stateTypes].map((from) => [from, all])) as Record<StateType | 'null', string>,
};

describe('the policies for task runs', () => {
  const cases = (['core', 'background', 'forced'] as const).flatMap((policy) =>
    [null, ...stateTypes].map((from) => [policy, from] as const),
  );
  test.each(cases)('%s: from %s every proposal is answered as the table says', (policy, from) => {
    expect(columns.map((to) => outcome(from, to, policy)).join(' ')).toBe(tables[policy][from ?? 'null']);
  });

  test('a deferred run keeps to the policy of the background, forced or not', () => {
    expect([policyFor(true, false), policyFor(true, true)]).toEqual(['background', 'background']);
    expect([policyFor(false, false), policyFor(null, true)]).toEqual(['core', 'forced']);
  });

  test('a stored result is neither computed again nor written over, but by force', () => {
    const current = state('COMPLETED', {}, { data: { storage_key: 'k' } });
    for (const type of ['RUNNING', 'COMPLETED', 'SCHEDULED'] as const)
      expect(answer(facts(current), { type })).toEqual({ kind: 'keep', reason: 'This run is already completed.' });
    expect(answer(facts(current), { type: 'CANCELLING' })).toMatchObject({ kind: 'abort' });
    expect(answer(facts(current), { type: 'RUNNING' }, 'forced')).toMatchObject({ kind: 'write' });
  });

  test('leaving an end gives all attempts back; a forced change does not', () => {
    const given = facts(state('FAILED'), { runCount: 3 });
    expect(answer(given, { type: 'RUNNING' })).toMatchObject({ draft: { runCount: 0, proposed: { name: 'Running' } } });
    expect(answer(given, { type: 'RUNNING' }, 'forced')).toMatchObject({ draft: { runCount: 3 } });
    expect(answer(given, { type: 'CANCELLED' })).toMatchObject({ draft: { runCount: 3 } });
  });
});

describe('the columns of a run', () => {
  test('they tell of a whole life: started late, tried twice, ended once', () => {
    let [current, kept] = [null as StateJson | null, freshColumns];
    const move = (at: string, input: ProposedInput) => {
      const given = { ...facts(current, { runCount: kept.run_count }), now: at };
      given.policy = { ...emptyTaskPolicy, retries: 1, retry_delay: 5 };
      const verdict = decide(given, propose(input, at), 'core');
      if (verdict.kind !== 'write') throw new Error(verdict.reason);
      const next = toState('s', { id: 't', flow_run_id: null }, given, verdict.draft);
      kept = columnsAfter(kept, current, verdict.draft, next);
      current = next;
      return next;
    };
    const at = (second: number) => `2026-11-21T12:00:${String(second).padStart(2, '0')}.000000Z`;
    move(at(0), { type: 'SCHEDULED', state_details: { scheduled_time: at(3) } });
    expect(kept).toMatchObject({ expected_start_time: at(3), next_scheduled_start_time: at(3), start_time: null });
    move(at(4), { type: 'RUNNING' });
    expect(kept).toMatchObject({ start_time: at(4), next_scheduled_start_time: null, run_count: 1 });
    expect(move(at(6), { type: 'FAILED' }).name).toBe('AwaitingRetry');
    expect(kept).toMatchObject({ next_scheduled_start_time: at(11), end_time: null, total_run_time: 2 });
    expect(move(at(11), { type: 'RUNNING' }).name).toBe('Retrying');
    move(at(14), { type: 'COMPLETED' });
    expect(kept).toMatchObject({ run_count: 2, start_time: at(4), end_time: at(14), total_run_time: 5 });
    move(at(15), { type: 'FAILED' });
    expect(kept).toMatchObject({ end_time: at(14) });
    move(at(16), { type: 'PENDING' });
    expect(kept).toMatchObject({ end_time: null, run_count: 0, expected_start_time: at(3) });
  });

  test('a state is later than the one before it, whatever the clock says, and knows its run', () => {
    const given = facts(state('PENDING', {}, { timestamp: now }));
    const verdict = decide(given, propose({ type: 'RUNNING' }, now), 'core');
    const next = verdict.kind === 'write' && toState('s', { id: 't', flow_run_id: 'f' }, given, verdict.draft);
    expect(next).toMatchObject({
      timestamp: '2026-11-21T12:00:00.000001Z',
      state_details: { task_run_id: 't', flow_run_id: 'f' },
    });
  });
});
