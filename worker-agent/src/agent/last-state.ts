import { isTerminal } from '@headgate/contracts';
import type { FlowRunJson, ProposedState } from '../api/wire.js';
import type { Exit } from '../runners/process-group.js';

/**
 * Why a run is ended before its time: somebody cancelled it, the claim is not ours any more, or is about not to be, or the
 * agent stops.
 */
export type Ending = 'cancelled' | 'lost' | 'cut off' | 'stopped';

/** How a process ended, and what it wrote last to stderr. */
export type Ended = Exit & { stderr: string[] };

/** What the agent reports of a run whose process has ended, or never was. Pure. */
export function lastState(
  agentName: string,
  ending: Ending | null,
  ended: Ended | null,
  reportsStates: boolean,
): ProposedState {
  const rest = ended && ended.left > 0 ? ` ${ended.left} of its processes could not be ended.` : '';
  if (ending === 'cancelled')
    return { type: 'CANCELLED', message: `Cancelled; ended by the agent ${agentName}.${rest}` };
  if (ending === 'stopped')
    return { type: 'CRASHED', message: `The agent ${agentName} was stopped before the run had finished.${rest}` };
  if (!ended) return { type: 'CRASHED', message: 'The process could not be started.' };
  if (reportsStates) return { type: 'CRASHED', message: describe(ended) };
  return ended.code === 0 ? { type: 'COMPLETED' } : { type: 'FAILED', message: describe(ended) };
}

/**
 * Whether a run needs no more than its process has reported. One that waits to be resumed, or to be started anew
 * elsewhere, needs no process; one that was to be retried in its process does.
 */
export function hasConcluded({ state_type: type, empirical_policy }: FlowRunJson, { code }: Exit): boolean {
  if (isTerminal(type)) return true;
  return code === 0 && (type === 'PAUSED' || (type === 'SCHEDULED' && empirical_policy?.retry_type !== 'in_process'));
}

function describe({ code, signal, stderr }: Ended): string {
  const how = signal
    ? `was ended by ${signal}`
    : code === 0
      ? 'ended without reporting the end of the run'
      : `exited with code ${code}`;
  return stderr.length > 0 ? `The process ${how}. Its last words:\n${stderr.join('\n')}` : `The process ${how}.`;
}
