import type { StateJson } from '@headgate/contracts';
import type { OrchestrationResult } from '../../runs/index.js';
import type { Refusal } from '../states/rule.js';

/** What became of a proposal that was written, as the wire says it. */
export function accepted(state: StateJson, replaced: string | null): OrchestrationResult {
  return replaced === null
    ? { state, status: 'ACCEPT', details: { type: 'accept_details' }, written: true }
    : { state, status: 'REJECT', details: { type: 'reject_details', reason: replaced }, written: true };
}

/** `state` is what still stands. */
export function refused(refusal: Refusal, state: StateJson | null): OrchestrationResult {
  const { reason } = refusal;
  switch (refusal.kind) {
    case 'keep':
      return { state, status: 'REJECT', details: { type: 'reject_details', reason }, written: false };
    case 'abort':
      return { state, status: 'ABORT', details: { type: 'abort_details', reason }, written: false };
    case 'wait':
      return {
        state,
        status: 'WAIT',
        details: { type: 'wait_details', delay_seconds: refusal.seconds, reason },
        written: false,
      };
  }
}
