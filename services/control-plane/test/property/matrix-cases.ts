/** What stands, and what is proposed: the rows and columns of `matrix.txt`. */
type State = { type: string; name?: string; data?: unknown; state_details?: Record<string, unknown> };
export type Standing = { state: State; policy?: Record<string, unknown>; pid?: string };

const past = '2020-01-01T00:00:00Z';
const future = '2220-01-01T00:00:00Z';
const stored = { storage_key: 'k', expiration: null, serializer: { type: 'json' }, prefect_version: '3.8.8' };

const scheduled = (name: string, at = past): State => ({
  type: 'SCHEDULED',
  name,
  state_details: { scheduled_time: at },
});
const paused = (name: string, details: Record<string, unknown>): State => ({
  type: 'PAUSED',
  name,
  state_details: details,
});

export const standing: Record<string, Standing> = {
  Scheduled: { state: scheduled('Scheduled') },
  'Scheduled, in the future': { state: scheduled('Scheduled', future) },
  'Scheduled, with a process': { state: scheduled('Scheduled'), pid: '1' },
  Late: { state: scheduled('Late') },
  AwaitingRetry: { state: scheduled('AwaitingRetry'), policy: { retries: 1, retry_type: 'in_process' } },
  'AwaitingRetry, with a process': {
    state: scheduled('AwaitingRetry'),
    policy: { retries: 1, retry_type: 'in_process' },
    pid: '1',
  },
  AwaitingConcurrencySlot: { state: scheduled('AwaitingConcurrencySlot') },
  Resuming: { state: scheduled('Resuming') },
  'Resuming, with a process': { state: scheduled('Resuming'), pid: '1' },
  Pending: { state: { type: 'PENDING' } },
  'Pending, before its time': { state: { type: 'PENDING', state_details: { scheduled_time: future } } },
  Submitting: { state: { type: 'PENDING', name: 'Submitting' } },
  InfrastructurePending: { state: { type: 'PENDING', name: 'InfrastructurePending' } },
  Running: { state: { type: 'RUNNING' } },
  'Running, with a retry left': { state: { type: 'RUNNING' }, policy: { retries: 1 } },
  'Running, paused before': { state: { type: 'RUNNING' }, policy: { pause_keys: ['1'] } },
  Retrying: { state: { type: 'RUNNING', name: 'Retrying' } },
  Completed: { state: { type: 'COMPLETED' } },
  'Completed, with a result': { state: { type: 'COMPLETED', data: stored } },
  'Completed, unpersisted': { state: { type: 'COMPLETED', data: { type: 'unpersisted' } } },
  Failed: { state: { type: 'FAILED' } },
  TimedOut: { state: { type: 'FAILED', name: 'TimedOut' } },
  Crashed: { state: { type: 'CRASHED' } },
  Cancelled: { state: { type: 'CANCELLED' } },
  Cancelling: { state: { type: 'CANCELLING' } },
  Paused: { state: paused('Paused', { pause_timeout: future, pause_key: '1' }) },
  'Paused, out of time': { state: paused('Paused', { pause_timeout: past, pause_key: '1' }) },
  Suspended: { state: paused('Suspended', { pause_timeout: future, pause_reschedule: true }) },
  'Suspended, out of time': { state: paused('Suspended', { pause_timeout: past, pause_reschedule: true }) },
};

export const proposals: Record<string, State> = {
  Sched: { type: 'SCHEDULED', state_details: { scheduled_time: past } },
  Late: { type: 'SCHEDULED', name: 'Late', state_details: { scheduled_time: past } },
  Retry: { type: 'SCHEDULED', name: 'AwaitingRetry', state_details: { scheduled_time: past } },
  Pend: { type: 'PENDING' },
  Subm: { type: 'PENDING', name: 'Submitting' },
  Run: { type: 'RUNNING' },
  Compl: { type: 'COMPLETED' },
  Result: { type: 'COMPLETED', data: stored },
  Fail: { type: 'FAILED' },
  Crash: { type: 'CRASHED' },
  Cled: { type: 'CANCELLED' },
  Cling: { type: 'CANCELLING' },
  Pause: paused('Paused', { pause_timeout: future, pause_key: '1' }),
  Susp: paused('Suspended', { pause_timeout: future, pause_reschedule: true, pause_key: '1' }),
};
