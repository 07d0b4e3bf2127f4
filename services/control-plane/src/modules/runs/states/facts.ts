import type { StateJson } from '@headgate/contracts';

/** `empirical_policy` of a flow run. `retries` and `retry_delay` win over their legacy twins. */
export type RunPolicy = {
  max_retries: number;
  retry_delay_seconds: number;
  retries: number | null;
  retry_delay: number | null;
  pause_keys: string[];
  resuming: boolean;
  retry_type: 'in_process' | 'reschedule' | null;
};

export const emptyPolicy: RunPolicy = {
  max_retries: 0,
  retry_delay_seconds: 0,
  retries: null,
  retry_delay: null,
  pause_keys: [],
  resuming: false,
  retry_type: null,
};

/** What is stored of a policy: only what differs from the default. */
export function compactPolicy(policy: Partial<RunPolicy>): Partial<RunPolicy> {
  const { pause_keys = [], ...plain } = policy;
  const kept = Object.entries(plain).filter(([key, value]) => value !== emptyPolicy[key as keyof RunPolicy]);
  return { ...Object.fromEntries(kept), ...(pause_keys.length > 0 && { pause_keys }) };
}

export const expandPolicy = (stored: Partial<RunPolicy>): RunPolicy => ({ ...emptyPolicy, ...stored });

/** What became of the slot of a deployment's concurrency limit that this proposal wants. */
export type Slot =
  /** It wants none, or there is no limit. */
  | { kind: 'none' }
  /** One could be had: who only looks takes none. */
  | { kind: 'free' }
  | { kind: 'deploymentGone' }
  | { kind: 'limitIsZero' }
  | { kind: 'held'; leaseId: string }
  | { kind: 'full'; strategy: 'ENQUEUE' | 'CANCEL_NEW' };

/** Everything that the policy looks at; read in one statement, never while it decides. */
export type Facts = {
  /** ISO 8601 in UTC with microseconds. */
  now: string;
  /** When that which is reported happened, where its report was delayed. */
  happened?: string | null;
  current: StateJson | null;
  policy: RunPolicy;
  runCount: number;
  deploymentId: string | null;
  parentTaskRunId: string | null;
  infrastructurePid: string | null;
  /** The claim under which the run is held, and the one that the report carries. */
  claimHeld: string | null;
  claimShown: string | null;
  /** It is the run's own process that reports, not the agent that holds it. */
  fromProcess: boolean;
  slot: Slot;
};
