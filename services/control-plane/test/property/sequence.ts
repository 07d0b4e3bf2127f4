import fc from 'fast-check';
import { proposals as plain } from './matrix-cases.js';

/** One request of a sequence. Runs are named by the number of their creation. */
export type Step =
  | { do: 'create'; deployment: DeploymentName; state: string; retries: number | null }
  | { do: 'set'; run: number; state: string; force: boolean; transition: string | null }
  | { do: 'resume'; run: number; input: Record<string, unknown> | null }
  | { do: 'patch'; run: number; pid: string }
  | { do: 'limit'; deployment: LimitedName; limit: number }
  | { do: 'dropLease'; run: number }
  | { do: 'delete'; run: number };

/** Deployments of a sequence: none, one without a limit, and one with a slot for each way to meet a full limit. */
export const limited = ['enqueue', 'cancelNew'] as const;
export type LimitedName = (typeof limited)[number];
export type DeploymentName = 'none' | 'free' | LimitedName;

export type Sequence = { agent: string; steps: Step[] };

const past = '2020-01-01T00:00:00Z';
const future = '2220-01-01T00:00:00Z';
export const keyset = { schema: 'p-schema', response: 'p-response', description: 'p-description' };

type State = { type: string; name?: string; data?: unknown; state_details?: Record<string, unknown> };
const pausedFor = (name: string, details: Record<string, unknown>): State => ({
  type: 'PAUSED',
  name,
  state_details: { pause_timeout: future, ...details },
});

/** Everything that a step may propose, by a short name. */
export const states: Record<string, State> = {
  ...plain,
  Later: { type: 'SCHEDULED', state_details: { scheduled_time: future } },
  Resuming: { type: 'SCHEDULED', name: 'Resuming', state_details: { scheduled_time: past } },
  PendLater: { type: 'PENDING', state_details: { scheduled_time: future } },
  Infra: { type: 'PENDING', name: 'InfrastructurePending' },
  Retrying: { type: 'RUNNING', name: 'Retrying' },
  Unpersisted: { type: 'COMPLETED', data: { type: 'unpersisted' } },
  TimedOut: { type: 'FAILED', name: 'TimedOut' },
  Pause2: pausedFor('Paused', { pause_key: '2' }),
  PauseOver: pausedFor('Paused', { pause_key: '3', pause_timeout: past }),
  PauseInput: pausedFor('Paused', { pause_key: '4', run_input_keyset: keyset }),
  SuspendInput: pausedFor('Suspended', { pause_key: '5', pause_reschedule: true, run_input_keyset: keyset }),
};

const run = fc.nat({ max: 2 });
const anyState = fc.constantFrom(...Object.keys(states));
/** The reference cannot create a run that has a result already. */
const firstState = anyState.filter((name) => name !== 'Result');
const usual = fc.constantFrom(
  'Pend',
  'Run',
  'Run',
  'Compl',
  'Fail',
  'Cling',
  'Cled',
  'Pause',
  'Susp',
  'PauseInput',
  'Sched',
);
/** A report with an id of its own, and one that says the last one again. */
export const repeats = 'the last one again';
const transition = fc.constantFrom(null, 'its own', repeats);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      deployment: fc.constantFrom<DeploymentName>('none', 'free', 'enqueue', 'enqueue', 'cancelNew'),
      state: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('Sched', 'Pend') }, { weight: 1, arbitrary: firstState }),
      retries: fc.constantFrom(null, 0, 1, 2),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      run,
      state: fc.oneof({ weight: 2, arbitrary: usual }, { weight: 1, arbitrary: anyState }),
      force: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      transition,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('resume' as const),
      run,
      input: fc.constantFrom(null, {}, { n: 1 }, { n: 'one' }, { n: 1, m: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('patch' as const), run, pid: fc.constant('42') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      deployment: fc.constantFrom(...limited),
      limit: fc.constantFrom(0, 1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dropLease' as const), run }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), run }) },
);

/** Clients that renew their leases, that do not, and that do not say who they are. */
export const agents = { renewing: 'prefect/3.9.1 (API 0.8.4)', old: 'prefect/3.4.0 (API 0.8.4)', unknown: 'curl/8' };

const agent = fc.constantFrom(agents.renewing, agents.renewing, agents.old, agents.unknown);
const opening = fc.record({
  do: fc.constant('create' as const),
  deployment: fc.constantFrom<DeploymentName>('none', 'free', 'enqueue', 'cancelNew'),
  state: fc.constantFrom('Sched', 'Pend', 'Run'),
  retries: fc.constantFrom(null, 1),
});

/** Anything, after two runs are there. */
const anything: fc.Arbitrary<Step[]> = fc
  .tuple(opening, opening, fc.array(step, { minLength: 4, maxLength: 14 }))
  .map(([first, second, rest]): Step[] => [first, second, ...rest]);

/** Three runs of one deployment that has a slot, or soon two. */
const rivalry: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom(...limited),
    fc.constantFrom(null, 1),
    fc.array(
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({
            do: fc.constant('set' as const),
            run,
            state: fc.constantFrom(
              'Pend',
              'Pend',
              'Subm',
              'Run',
              'Run',
              'Compl',
              'Fail',
              'Cling',
              'Cled',
              'Sched',
              'Susp',
            ),
            force: fc.constant(false),
            transition: fc.constant(null),
          }),
        },
        { weight: 6, arbitrary: step },
      ),
      { minLength: 6, maxLength: 14 },
    ),
  )
  .map(([deployment, retries, rest]): Step[] => [
    ...Array.from({ length: 3 }, () => ({ do: 'create' as const, deployment, state: 'Sched', retries })),
    ...rest,
  ]);

export const sequence: fc.Arbitrary<Sequence> = fc.record({ agent, steps: fc.oneof(anything, rivalry) });
