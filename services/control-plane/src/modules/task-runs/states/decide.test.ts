import { describe, expect, test } from 'vitest';
import { emptyStateDetails, stateTypes, type StateDetails, type StateJson, type StateType } from '@headgate/contracts';
import { propose, type ProposedInput } from '../../runs/index.js';
import { columnsAfter, freshColumns, toState } from './columns.js';
import { decide } from './decide.js';
import { emptyTaskPolicy, type ParentRun, type TaskFacts } from './facts.js';
import { policyFor, type TaskPolicyName } from './policy.js';

const now = '2026-11-21T12:00:00.000000Z';

const state = (type: StateType, details: Partial<StateDetails> = {}, more: Partial<StateJson> = {}): StateJson => ({
  id: 'a',
  type,
  name: type[0] + type.slice(1).toLowerCase(),
  timestamp: '2026-11-21T11:00:00.000000Z',
  message: null,
  data: null,
  state_details: { ...emptyStateDetails, ...details },
  ...more,
});

const facts = (current: StateJson | null, more: Partial<TaskFacts> = {}): TaskFacts => ({
  now,
  current,
  policy: emptyTaskPolicy,
  runCount: current?.type === 'RUNNING' ? 1 : 0,
  flowRunRunCount: 0,
  parent: null,
  tagLimits: [],
  cached: null,
  draw: 0.5,
  ...more,
});

const answer = (given: TaskFacts, input: ProposedInput, policy: TaskPolicyName = 'core') =>
  decide(given, propose(input, now), policy);

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

describe('the flow run around a task run', () => {
  const parent = (state_type: StateType | null, more: Partial<ParentRun> = {}): ParentRun => ({
    ...{ id: 'p', state_type, run_count: 2, pause_timeout: null, pause_reschedule: false },
    ...more,
  });
  const start = (given: Partial<TaskFacts>, policy: TaskPolicyName = 'core') =>
    answer(facts(state('PENDING'), given), { type: 'RUNNING' }, policy);

  test.each([null, ...stateTypes.filter((type) => type !== 'RUNNING' && type !== 'PAUSED')])(
    'a task run does not start while its flow run is %s',
    (type) => {
      const reason = 'The enclosing flow must be running to begin task execution.';
      expect(start({ parent: parent(type) })).toEqual({ kind: 'abort', reason });
      expect(start({ parent: parent(type) }, 'background')).toMatchObject({ kind: 'write' });
    },
  );

  test('while the flow run is paused the task run is not ready, and knows how long the pause lasts', () => {
    const paused = parent('PAUSED', { pause_timeout: now, pause_reschedule: true });
    expect(start({ parent: paused })).toMatchObject({
      draft: {
        replaced: 'The flow is paused, new tasks can execute after resuming flow run: p.',
        proposed: { type: 'PAUSED', name: 'NotReady', details: { pause_timeout: now, pause_reschedule: true } },
      },
    });
  });

  test('a task run notes the attempt of its flow run, and is called a retry in a later one', () => {
    expect(start({ parent: parent('RUNNING') })).toMatchObject({ draft: { flowRunRunCount: 2 } });
    const again = facts(state('FAILED'), { parent: parent('RUNNING'), flowRunRunCount: 1, runCount: 1 });
    expect(answer(again, { type: 'RUNNING' })).toMatchObject({
      draft: { runCount: 0, proposed: { name: 'Retrying' } },
    });
  });
});

describe('caching', () => {
  const cached = state('COMPLETED', { cache_key: 'k' }, { message: 'first', data: { storage_key: 'x' } });
  const start = (more: Partial<StateDetails>, given: Partial<TaskFacts> = { cached }) =>
    answer(facts(state('PENDING'), given), { type: 'RUNNING', state_details: { cache_key: 'k', ...more } });

  test('a known key is answered with its state instead of a start, even from an ended run', () => {
    const expected = {
      replaced: 'Retrieved state from cache',
      caches: false,
      takesSlots: false,
      proposed: { type: 'COMPLETED', name: 'Cached', message: 'first', data: { storage_key: 'x' } },
    };
    expect(start({})).toMatchObject({ draft: expected });
    const full = { tag: 't', limit: 1, used: 1, occupancySeconds: 2 };
    expect(start({}, { cached, tagLimits: [full] })).toMatchObject({ draft: expected });
  });

  test('a refresh, a missing key and an unknown one start the run', () => {
    for (const verdict of [start({ refresh_cache: true }), start({ cache_key: null }), start({}, { cached: null })])
      expect(verdict).toMatchObject({ draft: { replaced: null, proposed: { type: 'RUNNING' } } });
  });

  test('what completes under a key is cached; under a key that is too long it is not, and the answer says so', () => {
    const complete = (cache_key: string) =>
      answer(facts(state('RUNNING')), { type: 'COMPLETED', state_details: { cache_key } });
    expect(complete('k'.repeat(2000))).toMatchObject({ draft: { caches: true, replaced: null } });
    expect(complete('k'.repeat(2001))).toMatchObject({
      draft: {
        caches: false,
        replaced: 'Cache key exceeded maximum allowed length of 2000 characters.',
        proposed: { type: 'COMPLETED' },
      },
    });
  });
});

describe('limits of tags', () => {
  const limit = (used: number, size: number, tag = 't') => ({ tag, limit: size, used, occupancySeconds: 4 });
  const start = (tagLimits: TaskFacts['tagLimits'], policy: TaskPolicyName = 'core', from: StateType = 'PENDING') =>
    answer(facts(state(from), { tagLimits }), { type: 'RUNNING' }, policy);

  test('who starts takes a slot of every limit, and none where there is none', () => {
    expect(start([limit(0, 1), limit(1, 2, 'u')])).toMatchObject({ draft: { takesSlots: true } });
    expect(start([])).toMatchObject({ draft: { takesSlots: false } });
    expect(start([limit(1, 1)], 'background')).toMatchObject({ draft: { takesSlots: false } });
  });

  test('who is running already holds its slots', () => {
    for (const from of ['RUNNING', 'CANCELLING'] as const)
      expect(start([limit(1, 1)], 'core', from)).toMatchObject({ draft: { takesSlots: false } });
  });

  test('where one limit is full, the run waits about as long as a slot is held, in whole seconds', () => {
    const verdict = start([limit(0, 1, 'a'), limit(1, 1, 'b')]);
    expect(verdict).toMatchObject({ kind: 'wait', reason: 'Concurrency limit reached for tags: a, b' });
    const waits = [0, 0.25, 0.5, 0.999].map((draw) =>
      answer(facts(state('PENDING'), { tagLimits: [limit(1, 1)], draw }), { type: 'RUNNING' }),
    );
    for (const wait of waits) {
      expect(wait).toMatchObject({ kind: 'wait' });
      const { seconds } = wait as { seconds: number };
      expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 5).toBe(true);
    }
  });

  test('a limit of 0 aborts, because waiting would not end', () => {
    expect(start([limit(5, 5, 'a'), limit(0, 0, 'b')])).toEqual({
      kind: 'abort',
      reason: 'The concurrency limit on tag "b" is 0 and will deadlock if the task tries to run again.',
    });
  });
});

describe('time and attempts', () => {
  const due = '2026-11-21T12:00:09.500000Z';

  test('nothing runs before its time, and the time is known while the run is prepared', () => {
    for (const from of ['SCHEDULED', 'PENDING'] as const)
      expect(answer(facts(state(from, { scheduled_time: due })), { type: 'RUNNING' })).toEqual({
        ...{ kind: 'wait', seconds: 10, reason: 'Scheduled time is in the future' },
      });
    const prepare = (state_details: ProposedInput['state_details']) =>
      answer(facts(state('SCHEDULED', { scheduled_time: due })), { type: 'PENDING', state_details });
    expect(prepare({})).toMatchObject({ draft: { proposed: { details: { scheduled_time: due } } } });
    expect(prepare({ scheduled_time: now })).toMatchObject({
      draft: { proposed: { details: { scheduled_time: now } } },
    });
  });

  test('a background run takes its parameters along, and stands in line when it is scheduled', () => {
    const given = facts(state('SCHEDULED', { task_parameters_id: 'p' }));
    for (const type of ['PENDING', 'RUNNING'] as const)
      expect(answer(given, { type }, 'background')).toMatchObject({
        draft: { proposed: { details: { task_parameters_id: 'p' } } },
      });
    expect(answer(given, { type: 'RUNNING' })).toMatchObject({
      draft: { proposed: { details: { task_parameters_id: null } } },
    });
    const line = (name: string) => answer(facts(null), { type: 'SCHEDULED', name }, 'background');
    expect([line('Scheduled'), line('AwaitingRetry')]).toMatchObject([
      { draft: { queue: 'normal' } },
      { draft: { queue: 'urgent' } },
    ]);
    expect(answer(facts(null), { type: 'SCHEDULED' })).toMatchObject({ draft: { queue: null } });
  });

  test('who holds a background run may tell how far it is by another name', () => {
    const further = (from: StateJson, name: string) =>
      answer(facts(from), { type: 'PENDING', name }, 'background').kind;
    expect(further(state('PENDING'), 'Submitting')).toBe('write');
    expect(further(state('PENDING', {}, { name: 'Submitting' }), 'Pending')).toBe('abort');
    expect(further(state('PENDING', {}, { name: 'Submitting' }), 'Submitting')).toBe('abort');
  });

  const fail = (policy: Partial<TaskFacts['policy']>, more: Partial<TaskFacts> = {}, details = {}) =>
    answer(facts(state('RUNNING'), { policy: { ...emptyTaskPolicy, ...policy }, ...more }), {
      ...{ type: 'FAILED', message: 'boom', data: { a: 1 }, state_details: details },
    });
  const secondsUntil = (verdict: ReturnType<typeof fail>) => {
    if (verdict.kind !== 'write' || !verdict.draft.replaced) return null;
    return (Date.parse(verdict.draft.proposed.details.scheduled_time!) - Date.parse(now)) / 1000;
  };

  test('what fails is tried again while attempts remain, with its message and data', () => {
    expect(fail({ retries: 1 })).toMatchObject({
      draft: {
        replaced: 'Retrying',
        proposed: { type: 'SCHEDULED', name: 'AwaitingRetry', message: 'boom', data: { a: 1 } },
      },
    });
    expect(fail({ retries: 1 }, { runCount: 2 })).toMatchObject({ draft: { replaced: null } });
    expect(fail({ retries: null })).toMatchObject({ draft: { replaced: null } });
    expect(fail({ retries: 0 })).toMatchObject({ draft: { replaced: null } });
    expect(fail({ retries: 1 }, {}, { retriable: false })).toMatchObject({ draft: { replaced: null } });
  });

  test('a list of delays is gone through attempt by attempt, its last one stays', () => {
    const policy = { retries: 5, retry_delay: [10, 20] };
    expect([1, 2, 3].map((runCount) => secondsUntil(fail(policy, { runCount })))).toEqual([10, 20, 20]);
    expect(secondsUntil(fail({ retries: 1, retry_delay: 1.5 }))).toBe(1.5);
    expect(secondsUntil(fail({ retries: 1, retry_delay: [] }))).toBe(0);
  });

  test('jitter draws the delay around what was asked for, within its bounds', () => {
    const policy = { retries: 1, retry_delay: 100, retry_jitter_factor: 0.5 };
    const drawn = [0, 0.3, 0.6, 0.999999].map((draw) => secondsUntil(fail(policy, { draw }))!);
    expect([...drawn].sort((one, other) => one - other)).toEqual(drawn);
    expect(drawn[0]).toBeGreaterThan(50);
    expect(drawn[3]).toBeLessThanOrEqual(150);
    expect(secondsUntil(fail({ ...policy, retry_delay: 0 }))).toBe(0);
    expect(secondsUntil(fail({ ...policy, retry_jitter_factor: 0 }))).toBe(100);
  });

  test('a later attempt is called Retrying after a wait, and Rerunning otherwise', () => {
    const name = (current: StateJson, runCount: number) => {
      const verdict = answer(facts(current, { runCount }), { type: 'RUNNING' });
      return verdict.kind === 'write' ? verdict.draft.proposed.name : verdict.kind;
    };
    expect(name(state('SCHEDULED', {}, { name: 'AwaitingRetry' }), 1)).toBe('Retrying');
    expect(name(state('PENDING'), 1)).toBe('Rerunning');
    expect(name(state('PENDING'), 0)).toBe('Running');
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
