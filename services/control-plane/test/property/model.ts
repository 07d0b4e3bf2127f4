/** The state machine once more, as plainly as it can be said: what a run is, and what becomes of a proposal. */
export type ModelState = {
  type: string;
  name: string;
  data: unknown;
  details: Record<string, unknown>;
};

export type ModelRun = {
  id: string;
  deployment: ModelDeployment | null;
  state: ModelState;
  policy: { retries: number | null; keys: string[]; resuming: boolean; retryType: string | null };
  count: number;
  started: boolean;
  ended: boolean;
  pid: string | null;
  /** The run holds a slot of its deployment; `lost` when somebody took it away behind its back. */
  slot: 'none' | 'held' | 'lost';
};

export type ModelDeployment = { id: string; strategy: 'ENQUEUE' | 'CANCEL_NEW'; limit: number | null; used: number };

export type ModelVerdict = {
  status: 'ACCEPT' | 'REJECT' | 'ABORT' | 'WAIT';
  /** What is written, when something is. */
  writes: ModelState | null;
  reason?: string;
};

const terminal = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'];
const holding = ['PENDING', 'RUNNING', 'CANCELLING'];
const now = () => new Date().toISOString();
const isFuture = (time: unknown): boolean => typeof time === 'string' && time > now();
const hasResult = ({ type, data }: ModelState): boolean =>
  type === 'COMPLETED' &&
  typeof data === 'object' &&
  data !== null &&
  (data as { type?: string }).type !== 'unpersisted';

const keeps = (reason: string): ModelVerdict => ({ status: 'REJECT', writes: null, reason });
const aborts = (reason: string): ModelVerdict => ({ status: 'ABORT', writes: null, reason });
const becomes = (type: string, name: string, reason: string, details = {}): ModelVerdict => ({
  status: 'REJECT',
  writes: { type, name, data: null, details },
  reason,
});

/** What becomes of a proposal. Slots are taken, and the policy changes, when it is written: see `write`. */
export function judge(run: ModelRun, to: ModelState, force: boolean, renews: boolean): ModelVerdict {
  const accepted: ModelVerdict = { status: 'ACCEPT', writes: to };
  const { state: from } = run;
  const noProcess = cancelAtOnce(run, to);
  if (force) {
    if (to.type === 'COMPLETED' && hasResult(from) && !hasResult(to)) return keeps(losesResult);
    return noProcess ?? accepted;
  }
  if (to.details['transition_id'] && to.details['transition_id'] === from.details['transition_id'])
    return keeps('This run has already made this state transition.');
  return (
    (terminal.includes(from.type) ? leaveTerminal(run, to) : null) ??
    (from.type === 'CANCELLING' && to.type !== 'CANCELLED'
      ? keeps('Cannot transition flows that are cancelling to a state other than Cancelled.')
      : null) ??
    noProcess ??
    (to.type === 'PENDING' ? bePending(run, to) : null) ??
    (from.type === 'PENDING' && to.type === 'RUNNING' && renews ? findSlotAgain(run) : null) ??
    (to.name === 'Late' ? beLate(from) : null) ??
    (to.type === 'PAUSED' ? pause(run, to) : null) ??
    (from.type === 'PAUSED' ? resume(run, to) : null) ??
    (to.type === 'RUNNING' && ['SCHEDULED', 'PENDING'].includes(from.type) && isFuture(from.details['scheduled_time'])
      ? { status: 'WAIT' as const, writes: null, reason: 'Scheduled time is in the future' }
      : null) ??
    (from.type === 'RUNNING' && to.type === 'FAILED' && triesAgain(run)
      ? becomes('SCHEDULED', 'AwaitingRetry', 'Retrying', { scheduled_time: now() })
      : null) ??
    accepted
  );
}

const losesResult = 'Cannot overwrite a COMPLETED state that carries persisted result data with one that does not.';

function leaveTerminal({ state: from, deployment }: ModelRun, to: ModelState): ModelVerdict | null {
  if (['CANCELLING', 'PAUSED', 'CRASHED'].includes(to.type))
    return aborts(`Run is already in terminal state ${from.type}.`);
  if (hasResult(from) && !terminal.includes(to.type)) return keeps('Run is already COMPLETED.');
  if (hasResult(from) && to.type === 'COMPLETED' && !hasResult(to)) return keeps(losesResult);
  return to.type === 'SCHEDULED' && !deployment
    ? aborts('Cannot reschedule a run without an associated deployment.')
    : null;
}

function cancelAtOnce({ state: from, pid }: ModelRun, to: ModelState): ModelVerdict | null {
  if (to.type !== 'CANCELLING') return null;
  if (from.type === 'SCHEDULED' && (!pid || from.name === 'Resuming'))
    return becomes('CANCELLED', 'Cancelled', 'Scheduled flow run has no infrastructure to terminate.', to.details);
  return from.type === 'PAUSED' && from.details['pause_reschedule']
    ? becomes('CANCELLED', 'Cancelled', 'Suspended flow run has no infrastructure to terminate.', to.details)
    : null;
}

function bePending({ state: from, deployment, slot }: ModelRun, to: ModelState): ModelVerdict | null {
  if (from.type === 'PAUSED') return null;
  const taken = `This run is in a ${from.type} state and cannot transition to a PENDING state.`;
  if (from.type === 'PENDING') return to.name === 'Pending' || to.name === from.name ? aborts(taken) : null;
  if (holding.includes(from.type) || from.type === 'CANCELLED') return aborts(taken);
  if (!deployment || deployment.limit === null || slot === 'held') return null;
  if (deployment.limit === 0)
    return aborts('The deployment concurrency limit is 0. The flow will deadlock if submitted again.');
  if (deployment.used < deployment.limit) return null;
  const reason = 'Deployment concurrency limit reached.';
  return deployment.strategy === 'CANCEL_NEW'
    ? becomes('CANCELLED', 'Cancelled', reason)
    : becomes('SCHEDULED', 'AwaitingConcurrencySlot', reason, { scheduled_time: '2220-01-01T00:00:00Z' });
}

const findSlotAgain = ({ slot, deployment }: ModelRun): ModelVerdict | null =>
  slot === 'lost' && deployment!.limit !== null && deployment!.used >= deployment!.limit
    ? becomes('CANCELLED', 'Cancelled', 'Deployment concurrency limit reached after lease expiry.')
    : null;

function beLate(from: ModelState): ModelVerdict | null {
  if (from.type !== 'SCHEDULED') return keeps('Only scheduled flows can be marked late.');
  return from.name === 'Late' ? keeps('This flow run is already marked late.') : null;
}

function pause({ state: from, deployment, policy }: ModelRun, to: ModelState): ModelVerdict | null {
  const verb = to.name === 'Suspended' ? 'suspend' : 'pause';
  if (from.type !== 'RUNNING') return keeps(`Cannot ${verb} flows that are not currently running.`);
  if (policy.keys.includes(String(to.details['pause_key']))) return keeps(`This ${verb} has already fired.`);
  return to.details['pause_reschedule'] && !deployment ? aborts(`Cannot ${verb} flows without a deployment.`) : null;
}

function resume({ state: from, deployment }: ModelRun, to: ModelState): ModelVerdict | null {
  if (to.type === 'PENDING') return keeps('This run cannot transition to the PENDING state from the PAUSED state.');
  if (from.details['pause_reschedule'] && !deployment)
    return keeps(`Cannot reschedule a ${to.name.toLowerCase()} flow run without a deployment.`);
  const { pause_timeout: timeout } = from.details;
  return to.type !== 'CANCELLING' && timeout && !isFuture(timeout)
    ? becomes('FAILED', 'Failed', 'The flow run pause has timed out and can no longer resume.')
    : null;
}

const triesAgain = ({ policy, count }: ModelRun): boolean => policy.retries !== null && count <= policy.retries;

/** The run as it is once a verdict is written. */
export function write(run: ModelRun, verdict: ModelVerdict, { force, renews }: { force: boolean; renews: boolean }) {
  const { state: from, policy, deployment } = run;
  const to = verdict.writes!;
  const retries = verdict.reason === 'Retrying';
  const replacedBySlot = verdict.reason?.startsWith('Deployment concurrency') ?? false;
  const ends = terminal.includes(to.type);
  if (!force && terminal.includes(from.type) && !ends && !replacedBySlot)
    Object.assign(policy, { resuming: false, keys: [], retryType: to.type === 'SCHEDULED' ? 'reschedule' : null });
  if (to.type === 'RUNNING' && !policy.resuming) run.count++;
  if (to.type === 'RUNNING' || ends) policy.resuming = false;
  if (retries) Object.assign(policy, { resuming: false, keys: [], retryType: 'in_process' });
  if (!force && from.type === 'RUNNING' && to.type === 'FAILED') policy.retryType = null;
  if (!force && to.type === 'PAUSED') policy.keys.push(String(to.details['pause_key']));
  const cancelledAtOnce = verdict.reason?.endsWith('no infrastructure to terminate.') ?? false;
  if (!force && from.type === 'PAUSED' && !cancelledAtOnce) {
    if (to.type !== 'SCHEDULED' || from.details['pause_reschedule']) policy.resuming = true;
    else Object.assign(policy, { resuming: false, keys: [], retryType: 'reschedule' });
  }
  run.started ||= to.type === 'RUNNING' || ends;
  run.ended = ends;
  moveSlot(run, to, {
    force,
    renews,
    staysWithRetry: retries || (from.type === 'SCHEDULED' && policy.retryType === 'in_process'),
  });
  const carried = from.type === 'SCHEDULED' || from.type === 'PENDING' ? from.details['scheduled_time'] : null;
  const scheduled =
    to.details['scheduled_time'] ?? (!force && to.type === 'PENDING' && deployment !== undefined ? carried : null);
  run.state = {
    ...to,
    details: { ...to.details, scheduled_time: scheduled ?? (to.type === 'SCHEDULED' ? now() : null) },
  };
}

function moveSlot(
  run: ModelRun,
  to: ModelState,
  { force, renews, staysWithRetry }: { force: boolean; renews: boolean; staysWithRetry: boolean },
): void {
  const { state: from, deployment } = run;
  if (!deployment || deployment.limit === null) return;
  const take = () => {
    deployment.used++;
    run.slot = 'held';
  };
  if (!holding.includes(to.type) && !(to.type === 'SCHEDULED' && staysWithRetry)) {
    if (run.slot === 'held') deployment.used = Math.max(0, deployment.used - 1);
    run.slot = 'none';
  } else if (force) return;
  else if (to.type === 'PENDING' && !holding.includes(from.type) && run.slot !== 'held') take();
  else if (from.type === 'PENDING' && to.type !== 'PENDING' && run.slot === 'lost') {
    if (deployment.used < deployment.limit && (to.type === 'RUNNING' || !renews)) take();
  }
}
