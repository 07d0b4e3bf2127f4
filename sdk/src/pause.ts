import { z } from 'zod';
import { currentFrame } from './context.js';
import { sleep } from './clock.js';
import { reasonOf } from './engine/guard.js';
import type { FlowRunScope } from './engine/scope.js';
import { RunFailedError, SuspendedError, TimeoutError } from './errors.js';
import { refuseMistaken } from './given.js';
import { requiredReporter } from './report/reporter.js';
import { State } from './states.js';

type PauseOptions = {
  /** How long it may take until somebody resumes the run; 3600 when left out. */
  timeoutSeconds?: number;
  /** A pause with a key takes place once, also when the flow runs again. */
  key?: string;
};

const pauseOptions = z.strictObject({ timeoutSeconds: z.number().min(0).optional(), key: z.string().optional() });
const runInputs = z.tuple([z.string(), z.record(z.string(), z.unknown()).optional()]);

const pollMs = 1000;

/**
 * Holds the flow run until somebody resumes it; the process waits. Throws TimeoutError when nobody does.
 *
 * @example
 * await pauseFlowRun({ timeoutSeconds: 600 });
 */
export async function pauseFlowRun(options: PauseOptions = {}): Promise<void> {
  refuseMistaken('pauseFlowRun(options)', pauseOptions, options, pauseFlowRun);
  const { timeoutSeconds = 3600, key } = options;
  const scope = requiredScope('pauseFlowRun');
  if (!(await propose(scope, 'Paused', false, timeoutSeconds, key))) return;
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline;) {
    if (!(await sleep(pollMs, scope.signal))) throw reasonOf(scope.signal);
    const now = await scope.report.current();
    if (now?.type === 'RUNNING') return;
    if (now && now.type !== 'PAUSED') throw new RunFailedError(`The run was not resumed: it is ${now.name}.`);
  }
  throw new TimeoutError(`The run was paused and not resumed within ${timeoutSeconds} s.`);
}

/** Ends the process and leaves the run open: when it is resumed, the flow runs again from its beginning. Only for runs of deployments. */
export async function suspendFlowRun(options: PauseOptions = {}): Promise<void> {
  refuseMistaken('suspendFlowRun(options)', pauseOptions, options, suspendFlowRun);
  const { timeoutSeconds = 3600, key } = options;
  const scope = requiredScope('suspendFlowRun');
  if (await propose(scope, 'Suspended', true, timeoutSeconds, key))
    throw new SuspendedError('The run is suspended until somebody resumes it.');
}

/** Lets a paused or suspended run go on. Throws when it cannot be resumed. */
export async function resumeFlowRun(flowRunId: string, runInput?: Record<string, unknown>): Promise<void> {
  refuseMistaken('resumeFlowRun(id, input)', runInputs, [flowRunId, runInput], resumeFlowRun);
  const { status, details } = await requiredReporter('resumeFlowRun()').client.resumeFlowRun(flowRunId, runInput);
  if (status !== 'ACCEPT') throw new Error(`Flow run ${flowRunId} was not resumed: ${details.reason ?? status}`);
}

/** Whether the run now rests: a pause that took place before does not come again. */
async function propose(
  scope: FlowRunScope,
  name: string,
  reschedule: boolean,
  timeoutSeconds: number,
  key: string | undefined,
): Promise<boolean> {
  const details = {
    pause_timeout: Date.now() / 1000 + timeoutSeconds,
    pause_reschedule: reschedule,
    pause_key: key ?? String(++scope.pauses),
  };
  const verdict = await scope.report.propose(new State('PAUSED', name, null, undefined, undefined, details));
  return verdict.kind === 'accepted';
}

function requiredScope(what: string): FlowRunScope {
  requiredReporter(`${what}()`);
  const scope = currentFrame()?.scope;
  if (!scope) throw new Error(`${what}() was called outside of a flow.`);
  return scope;
}
