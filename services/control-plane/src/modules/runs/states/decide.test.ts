import { describe, expect, test } from 'vitest';
import { emptyStateDetails, type StateDetails, type StateJson, type StateType } from '@headgate/contracts';
import { decide } from './decide.js';
import { emptyPolicy, type Facts } from './facts.js';
import { propose } from './state.js';

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

const facts = (current: StateJson | null, more: Partial<Facts> = {}): Facts => ({
  now,
  current,
  policy: emptyPolicy,
  runCount: 1,
  deploymentId: 'd',
  parentTaskRunId: null,
  infrastructurePid: null,
  claimHeld: null,
  claimShown: null,
  fromProcess: false,
  slot: { kind: 'none' },
  ...more,
});

describe('the policy for flow runs', () => {
  test('a transition that is told twice is heard once', () => {
    const current = state('RUNNING', { transition_id: 't' });
    expect(decide(facts(current), propose({ type: 'RUNNING', state_details: { transition_id: 't' } }, now))).toEqual({
      kind: 'keep',
      reason: 'This run has already made this state transition.',
    });
  });

  test('a run that has ended is not scheduled again without a deployment', () => {
    expect(decide(facts(state('FAILED'), { deploymentId: null }), propose({ type: 'SCHEDULED' }, now))).toMatchObject({
      kind: 'abort',
    });
  });

  test('a process that is cancelled leaves the word to the agent that holds its run, and to nobody else', () => {
    const held = { claimHeld: 'one', claimShown: 'one', fromProcess: true };
    const cancelled = (more: Partial<Facts>, from: StateType, policy: 'core' | 'forced') =>
      decide(facts(state(from), more), propose({ type: 'CANCELLED' }, now), policy).kind;
    for (const policy of ['core', 'forced'] as const) {
      expect(cancelled(held, 'CANCELLING', policy)).toBe('keep');
      expect(cancelled({ ...held, fromProcess: false }, 'CANCELLING', policy)).toBe('write');
      expect(cancelled({ fromProcess: true }, 'CANCELLING', policy)).toBe('write');
      expect(cancelled(held, 'RUNNING', policy)).toBe('write');
    }
  });

  test('what an agent is to try again is Cancelled when that has seen to it; what waits for whoever comes, at once', () => {
    const cancelled = (more: Partial<Facts>, retry_type: 'in_process' | 'reschedule' | null) => {
      const verdict = decide(
        facts(state('SCHEDULED'), { policy: { ...emptyPolicy, retry_type }, ...more }),
        propose({ type: 'CANCELLING' }, now),
      );
      return verdict.kind === 'write' && verdict.draft.proposed.type;
    };
    expect(cancelled({ claimHeld: 'one' }, 'in_process')).toBe('CANCELLING');
    expect(cancelled({ claimHeld: 'one', infrastructurePid: 'h:1' }, 'reschedule')).toBe('CANCELLED');
    expect(cancelled({}, 'in_process')).toBe('CANCELLED');
    expect(cancelled({ infrastructurePid: 'h:1' }, 'in_process')).toBe('CANCELLING');
    expect(cancelled({}, null)).toBe('CANCELLED');
  });

  test('a stored result is neither run again nor lost', () => {
    const current = state('COMPLETED', {}, { data: { storage_key: 'k' } });
    expect(decide(facts(current), propose({ type: 'RUNNING' }, now))).toMatchObject({ kind: 'keep' });
    expect(decide(facts(current), propose({ type: 'COMPLETED' }, now), 'forced')).toMatchObject({
      kind: 'keep',
    });
  });

  test('PENDING is taken once; who has it may tell how far it is, by each name once', () => {
    const again = (name: string, current: StateJson) =>
      decide(facts(current), propose({ type: 'PENDING', name }, now)).kind;
    expect(again('Pending', state('PENDING'))).toBe('abort');
    expect(again('Submitting', state('PENDING'))).toBe('write');
    expect(again('Submitting', state('PENDING', {}, { name: 'Submitting' }))).toBe('abort');
    expect(again('InfrastructurePending', state('PENDING', {}, { name: 'Submitting' }))).toBe('write');
  });

  test('nothing runs before its time: it is told how many whole seconds to wait', () => {
    const wait = (until: string) =>
      decide(facts(state('PENDING', { scheduled_time: until })), propose({ type: 'RUNNING' }, now));
    expect(wait('2026-11-21T12:00:09.600000Z')).toEqual({
      kind: 'wait',
      seconds: 10,
      reason: 'Scheduled time is in the future',
    });
    expect(wait('2026-11-21T12:00:09.500000Z')).toMatchObject({ seconds: 9 });
    expect(wait('2026-11-21T12:00:00.500000Z').kind).toBe('write');
  });

  test('what fails is tried again while attempts remain, in the process that ran it', () => {
    const policy = { ...emptyPolicy, retries: 1, retry_delay: 30 };
    const first = decide(
      facts(state('RUNNING'), { policy, runCount: 1 }),
      propose({ type: 'FAILED', message: 'boom' }, now),
    );
    expect(first).toMatchObject({
      kind: 'write',
      draft: {
        replaced: 'Retrying',
        policy: { retry_type: 'in_process' },
        proposed: {
          type: 'SCHEDULED',
          name: 'AwaitingRetry',
          message: 'boom',
          details: { scheduled_time: '2026-11-21T12:00:30.000000Z' },
        },
      },
    });
    const last = decide(facts(state('RUNNING'), { policy, runCount: 2 }), propose({ type: 'FAILED' }, now));
    expect(last).toMatchObject({
      kind: 'write',
      draft: { replaced: null, policy: { retry_type: null }, proposed: { type: 'FAILED' } },
    });
  });

  test('a pause fires once per key; a suspension needs a deployment and is not for subflows', () => {
    const pause = (more: Partial<Facts>, details: Partial<StateDetails>) =>
      decide(facts(state('RUNNING'), more), propose({ type: 'PAUSED', state_details: details }, now));
    expect(pause({}, { pause_key: '1' })).toMatchObject({ kind: 'write', draft: { policy: { pause_keys: ['1'] } } });
    expect(pause({ policy: { ...emptyPolicy, pause_keys: ['1'] } }, { pause_key: '1' })).toMatchObject({
      kind: 'keep',
      reason: 'This pause has already fired.',
    });
    expect(pause({ deploymentId: null }, { pause_reschedule: true })).toMatchObject({ kind: 'abort' });
    expect(pause({ parentTaskRunId: 't' }, { pause_reschedule: true })).toMatchObject({ kind: 'abort' });
  });

  test('a pause that has run out ends in Failed instead of going on', () => {
    const current = state('PAUSED', { pause_timeout: '2026-11-21T11:59:00.000000Z' });
    expect(decide(facts(current), propose({ type: 'RUNNING' }, now))).toMatchObject({
      kind: 'write',
      draft: { proposed: { type: 'FAILED', message: 'The flow was paused and never resumed.' } },
    });
  });

  test('without a free slot of its deployment a run waits, or is cancelled, as the deployment says', () => {
    const take = (strategy: 'ENQUEUE' | 'CANCEL_NEW') =>
      decide(facts(state('SCHEDULED'), { slot: { kind: 'full', strategy } }), propose({ type: 'PENDING' }, now));
    expect(take('ENQUEUE')).toMatchObject({
      draft: { proposed: { type: 'SCHEDULED', name: 'AwaitingConcurrencySlot' } },
    });
    expect(take('CANCEL_NEW')).toMatchObject({ draft: { proposed: { type: 'CANCELLED' } } });
  });

  test('who waits for a slot is not told again, keeps its place, and may start when it has one', () => {
    const full = { kind: 'full', strategy: 'ENQUEUE' } as const;
    const early = '2026-11-21T11:00:00.000000Z';
    const refused = decide(
      facts(state('SCHEDULED', { scheduled_time: early }), { slot: full }),
      propose({ type: 'PENDING' }, now),
    );
    expect(refused).toMatchObject({ draft: { place: early, proposed: { name: 'AwaitingConcurrencySlot' } } });
    const waiting = {
      ...state('SCHEDULED', { scheduled_time: '2026-11-21T12:00:30.000000Z' }),
      name: 'AwaitingConcurrencySlot',
    };
    expect(decide(facts(waiting, { slot: full }), propose({ type: 'PENDING' }, now))).toMatchObject({ kind: 'keep' });
    const taken = decide(facts(waiting, { slot: { kind: 'held', leaseId: 'l' } }), propose({ type: 'PENDING' }, now));
    expect(taken).toMatchObject({ kind: 'write', draft: { proposed: { details: { scheduled_time: now } } } });
  });

  test('what is due and has no slot waits for one, and is not late', () => {
    const late = (slot: Facts['slot'], name = 'Late') =>
      decide(facts(state('SCHEDULED'), { slot }), propose({ type: 'SCHEDULED', name }, now), 'late');
    expect(late({ kind: 'full', strategy: 'ENQUEUE' })).toMatchObject({
      draft: { proposed: { name: 'AwaitingConcurrencySlot' } },
    });
    expect(late({ kind: 'full', strategy: 'CANCEL_NEW' })).toMatchObject({
      draft: { proposed: { type: 'CANCELLED' } },
    });
    expect(late({ kind: 'free' })).toMatchObject({ draft: { proposed: { name: 'Late' } } });
    expect(late({ kind: 'free' }, 'AwaitingConcurrencySlot')).toMatchObject({ kind: 'keep' });
  });

  test('a report under a claim that is not the one in force is refused, forced or not', () => {
    for (const policy of ['core', 'forced'] as const) {
      expect(
        decide(
          facts(state('PENDING'), { claimHeld: 'new', claimShown: 'old' }),
          propose({ type: 'RUNNING' }, now),
          policy,
        ),
      ).toMatchObject({ kind: 'abort' });
    }
  });
  describe('of an agent that was given up', () => {
    const held = { claimHeld: 'one', claimShown: 'one' };
    const again = { ...held, policy: { ...emptyPolicy, retry_type: 'reschedule' as const } };
    const late = (type: StateType, more: Partial<Facts>, from: StateType, name?: string) =>
      decide(facts(state(from, {}, name === undefined ? {} : { name }), more), propose({ type }, now), 'core');
    test('the verdict is heard while nobody else has the run', () => {
      for (const type of ['COMPLETED', 'FAILED'] as const) {
        expect(late(type, held, 'CRASHED')).toMatchObject({ kind: 'write', draft: { proposed: { type } } });
        expect(late(type, again, 'SCHEDULED', 'AwaitingRetry')).toMatchObject({ kind: 'write' });
        expect(late(type, { claimHeld: 'two', claimShown: 'one' }, 'PENDING')).toMatchObject({ kind: 'abort' });
        expect(late(type, { claimHeld: null, claimShown: 'one' }, 'SCHEDULED')).toMatchObject({ kind: 'abort' });
      }
    });
    test('nothing else is heard', () => {
      for (const type of ['PENDING', 'RUNNING', 'CRASHED', 'CANCELLED', 'SCHEDULED'] as const) {
        expect(late(type, held, 'CRASHED')).toMatchObject({ kind: 'abort' });
        expect(late(type, again, 'SCHEDULED', 'AwaitingRetry')).toMatchObject({ kind: 'abort' });
      }
    });
    test('who waits for a retry of its own has its claim, and begins it', () => {
      const own = { ...held, policy: { ...emptyPolicy, retry_type: 'in_process' as const } };
      expect(late('RUNNING', own, 'SCHEDULED', 'AwaitingRetry')).toMatchObject({ kind: 'write' });
    });
  });
});
