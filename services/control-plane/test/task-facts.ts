import { emptyStateDetails, type StateDetails, type StateJson, type StateType } from '@headgate/contracts';
import { propose, type ProposedInput } from '../src/modules/runs/index.js';
import { decide } from '../src/modules/task-runs/states/decide.js';
import { emptyTaskPolicy, type TaskFacts } from '../src/modules/task-runs/states/facts.js';
import type { TaskPolicyName } from '../src/modules/task-runs/states/policy.js';

/** What the policies for task runs look at, named only as far as a test is about it. */

export const now = '2026-11-21T12:00:00.000000Z';

export const state = (
  type: StateType,
  details: Partial<StateDetails> = {},
  more: Partial<StateJson> = {},
): StateJson => ({
  id: 'a',
  type,
  name: type[0] + type.slice(1).toLowerCase(),
  timestamp: '2026-11-21T11:00:00.000000Z',
  message: null,
  data: null,
  state_details: { ...emptyStateDetails, ...details },
  ...more,
});

export const facts = (current: StateJson | null, more: Partial<TaskFacts> = {}): TaskFacts => ({
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

export const answer = (given: TaskFacts, input: ProposedInput, policy: TaskPolicyName = 'core') =>
  decide(given, propose(input, now), policy);
