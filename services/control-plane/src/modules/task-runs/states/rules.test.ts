import { describe, expect, test } from 'vitest';
import { stateTypes, type StateDetails, type StateJson, type StateType } from '@headgate/contracts';
import { answer, facts, now, state } from '../../../../test/task-facts.js';
import type { ProposedInput } from '../../runs/index.js';
import { emptyTaskPolicy, type ParentRun, type TaskFacts } from './facts.js';
import type { TaskPolicyName } from './policy.js';

describe('the flow run around a task run', () => {
  const parent = (state_type: StateType | null, more: Partial<ParentRun> = {}): ParentRun => ({
    id: 'p',
    state_type,
    run_count: 2,
    pause_timeout: null,
    pause_reschedule: false,
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
        kind: 'wait',
        seconds: 10,
        reason: 'Scheduled time is in the future',
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
      type: 'FAILED',
      message: 'boom',
      data: { a: 1 },
      state_details: details,
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
